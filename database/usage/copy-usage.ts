import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** One usage event, in thousandths of its meter's unit. */
export interface UsageRow {
  /** Epoch day of the first day of the month that the event is billed in. */
  readonly period: number;
  readonly subscriptionId: number;
  readonly startedAtMs: number;
  readonly quantityMilli: number;
  readonly meterId: number;
  readonly bucket: number;
  readonly recordId: string;
}

/** Appends one event in the column order of `copyUsage`. */
export function encodeUsage(rows: BinaryRows, usage: UsageRow): void {
  rows.row(7);
  rows.date(usage.period);
  rows.bigint(usage.subscriptionId);
  rows.timestamptz(usage.startedAtMs);
  rows.bigint(usage.quantityMilli);
  rows.smallint(usage.meterId);
  rows.smallint(usage.bucket);
  rows.text(usage.recordId);
}

/** Loads encoded events; the month's table must be there (`createUsageMonth`). */
export async function copyUsage(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(
    client,
    "usage_records (period, subscription_id, started_at, quantity_milli, meter_id, bucket, record_id)",
    rows,
  );
}
