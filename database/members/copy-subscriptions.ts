import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** One line of an account. Days are epoch days, the last one counted. */
export interface SubscriptionRow {
  readonly id: number;
  readonly accountId: number;
  /** The account's. */
  readonly bucket: number;
  readonly plan: string;
  readonly startedOn: number;
  readonly endedOn: number | null;
}

/** Appends one subscription in the column order of `copySubscriptions`. */
export function encodeSubscription(rows: BinaryRows, subscription: SubscriptionRow): void {
  rows.row(6);
  rows.bigint(subscription.id);
  rows.bigint(subscription.accountId);
  rows.smallint(subscription.bucket);
  rows.text(subscription.plan);
  rows.date(subscription.startedOn);
  rows.date(subscription.endedOn);
}

/** Loads encoded subscriptions; their accounts must be there. */
export async function copySubscriptions(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(client, "subscriptions (id, account_id, bucket, plan, started_on, ended_on)", rows);
}
