import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** Days on which a subscription is suspended at the member's wish; epoch days, the last one counted. */
export interface SuspensionRow {
  readonly subscriptionId: number;
  readonly bucket: number;
  readonly startedOn: number;
  readonly endedOn: number | null;
}

/** Appends one suspension in the column order of `copySuspensions`. */
export function encodeSuspension(rows: BinaryRows, suspension: SuspensionRow): void {
  rows.row(4);
  rows.bigint(suspension.subscriptionId);
  rows.smallint(suspension.bucket);
  rows.date(suspension.startedOn);
  rows.date(suspension.endedOn);
}

/** Loads encoded suspensions; their subscriptions must be there. */
export async function copySuspensions(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(client, "suspensions (subscription_id, bucket, started_on, ended_on)", rows);
}
