import type { Readable } from "node:stream";
import { type Client, copyOut, type Queryable } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** A row of an imported file that is not loaded; contacts are masked in every field. */
export interface RejectRow {
  /** Physical line of the file. */
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  readonly value: string;
  readonly original: string;
}

/** Creates the transaction's own list of rejects; it is gone at its end. */
export async function createRejects(client: Queryable): Promise<void> {
  await client.query(
    `create temp table import_rejects (line bigint, field text, reason text, value text, original text) on commit drop`,
  );
}

/** Appends one reject in the column order of `copyRejects`. */
export function encodeReject(rows: BinaryRows, reject: RejectRow): void {
  rows.row(5);
  rows.bigint(reject.line);
  rows.text(reject.field);
  rows.text(reject.reason);
  rows.text(reject.value);
  rows.text(reject.original);
}

/** Adds encoded rejects to the list. */
export async function copyRejects(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(client, "import_rejects (line, field, reason, value, original)", rows);
}

/** Number of rejects so far. */
export async function countRejects(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ count: number }>("select count(*) as count from import_rejects");
  return rows[0]?.count ?? 0;
}

/** The rejects as CSV with a header, in the order of the file. */
export function readRejects(client: Client): Readable {
  return copyOut(
    client,
    `copy (select line, field, reason, value, original as row from import_rejects order by line)
     to stdout (format csv, header)`,
  );
}
