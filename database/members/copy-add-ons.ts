import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** An add-on of a subscription; epoch days, the last one counted. */
export interface AddOnRow {
  readonly id: number;
  readonly subscriptionId: number;
  readonly bucket: number;
  readonly code: string;
  readonly startedOn: number;
  readonly endedOn: number | null;
}

/** Appends one add-on in the column order of `copyAddOns`. */
export function encodeAddOn(rows: BinaryRows, addOn: AddOnRow): void {
  rows.row(6);
  rows.bigint(addOn.id);
  rows.bigint(addOn.subscriptionId);
  rows.smallint(addOn.bucket);
  rows.text(addOn.code);
  rows.date(addOn.startedOn);
  rows.date(addOn.endedOn);
}

/** Loads encoded add-ons; their subscriptions must be there. */
export async function copyAddOns(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(client, "add_ons (id, subscription_id, bucket, code, started_on, ended_on)", rows);
}
