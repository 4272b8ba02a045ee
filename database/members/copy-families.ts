import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** Appends one family in the column order of `copyFamilies`. */
export function encodeFamily(rows: BinaryRows, familyId: number): void {
  rows.row(1);
  rows.bigint(familyId);
}

/** Loads encoded families. */
export async function copyFamilies(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(client, "families (id)", rows);
}
