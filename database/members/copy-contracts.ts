import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** A term commitment of a subscription; epoch days. */
export interface ContractRow {
  readonly id: number;
  readonly subscriptionId: number;
  readonly bucket: number;
  readonly months: number;
  readonly startedOn: number;
  /** Last day when it was ended before its term. */
  readonly terminatedOn: number | null;
}

/** Appends one contract in the column order of `copyContracts`. */
export function encodeContract(rows: BinaryRows, contract: ContractRow): void {
  rows.row(6);
  rows.bigint(contract.id);
  rows.bigint(contract.subscriptionId);
  rows.smallint(contract.bucket);
  rows.smallint(contract.months);
  rows.date(contract.startedOn);
  rows.date(contract.terminatedOn);
}

/** Loads encoded contracts; their subscriptions must be there. */
export async function copyContracts(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(client, "contracts (id, subscription_id, bucket, months, started_on, terminated_on)", rows);
}
