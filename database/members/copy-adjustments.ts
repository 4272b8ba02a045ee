import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** A correction by hand or a one-off charge on an account's bill of one period. */
export interface AdjustmentRow {
  readonly id: number;
  readonly accountId: number;
  readonly bucket: number;
  /** Epoch day of the period's first day. */
  readonly period: number;
  readonly kind: "taxable" | "final";
  readonly charge: string;
  /** Negative amounts are credits. */
  readonly amountMinor: number;
  readonly reason: string;
  readonly createdBy: string;
}

/** Appends one adjustment in the column order of `copyAdjustments`. */
export function encodeAdjustment(rows: BinaryRows, adjustment: AdjustmentRow): void {
  rows.row(9);
  rows.bigint(adjustment.id);
  rows.bigint(adjustment.accountId);
  rows.smallint(adjustment.bucket);
  rows.date(adjustment.period);
  rows.text(adjustment.kind);
  rows.text(adjustment.charge);
  rows.bigint(adjustment.amountMinor);
  rows.text(adjustment.reason);
  rows.text(adjustment.createdBy);
}

/** Loads encoded adjustments; their accounts must be there. */
export async function copyAdjustments(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(
    client,
    "adjustments (id, account_id, bucket, period, kind, charge, amount_minor, reason, created_by)",
    rows,
  );
}
