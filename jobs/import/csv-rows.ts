import type { Hash } from "node:crypto";
import { PermanentError } from "../../platform/errors.ts";
import { linesOf } from "./csv-lines.ts";
import { readCsvRecord } from "./csv-record.ts";

/** One data row of a CSV file with a header. */
export type CsvRow =
  | {
      readonly kind: "row";
      /** Physical line it begins on; the header is line 1. */
      readonly line: number;
      /** By column name, trimmed. */
      readonly cells: ReadonlyMap<string, string>;
    }
  | { readonly kind: "malformed"; readonly line: number; readonly reason: string; readonly original: string };

/** The columns of a kind of file. */
export interface CsvColumns {
  readonly required: readonly string[];
  /** May be left out. */
  readonly optional: readonly string[];
}

/**
 * Rows of a CSV file whose header has all required columns and no unknown one, in any order. Blank lines are skipped. Throws PermanentError
 * `unusable-file`, which names the missing, unknown and repeated columns, when the header is another one.
 */
export async function* rowsOf(file: string, columns: CsvColumns, hash: Hash): AsyncGenerator<CsvRow> {
  let header: readonly string[] | null = null;
  for await (const record of recordsOf(file, hash)) {
    if (header === null) {
      header = readHeader(file, record.cells ?? [], columns);
      continue;
    }
    const { line, original, cells, reason } = record;
    if (cells === null) yield { kind: "malformed", line, reason, original };
    else if (cells.length !== header.length) {
      const widths = `has ${cells.length} fields, the header has ${header.length}`;
      yield { kind: "malformed", line, reason: widths, original };
    } else if (original.includes("\uFFFD") || original.includes("\0")) {
      yield { kind: "malformed", line, reason: "is not valid UTF-8 text", original };
    } else
      yield {
        kind: "row",
        line,
        cells: new Map(header.map((name, index) => [name, (cells[index] ?? "").trim()])),
      };
  }
  if (header === null)
    throw new PermanentError(
      "unusable-file",
      `${file} is empty; its first line must be ${columns.required.join(",")}`,
    );
}

interface RawRecord {
  readonly line: number;
  readonly original: string;
  /** Null when malformed. */
  readonly cells: readonly string[] | null;
  readonly reason: string;
}

async function* recordsOf(file: string, hash: Hash): AsyncGenerator<RawRecord> {
  let waiting: string[] = [];
  let line = 1;
  for await (const lines of linesOf(file, hash)) {
    const pending = waiting.length === 0 ? lines : [...waiting, ...lines];
    const { records, at } = takeRecords(pending, line, false);
    yield* records;
    waiting = pending.slice(at);
    line += at;
  }
  yield* takeRecords(waiting, line, true).records;
}

/** All complete records of the lines; at the end of the file also the malformed ones that stay open. */
function takeRecords(
  lines: readonly string[],
  firstLine: number,
  atEnd: boolean,
): { records: RawRecord[]; at: number } {
  const records: RawRecord[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = firstLine + at;
    const original = lines[at] ?? "";
    if (original === "") {
      at++;
      continue;
    }
    const record = readCsvRecord(lines, at);
    if (record.kind === "cells") {
      const text = record.lines === 1 ? original : lines.slice(at, at + record.lines).join("\n");
      records.push({ line, original: text, cells: record.cells, reason: "" });
      at += record.lines;
      continue;
    }
    if (record.kind === "open" && !atEnd) break;
    const reason = record.kind === "open" ? "a quote is opened and never closed" : record.reason;
    records.push({ line, original, cells: null, reason });
    at++;
  }
  return { records, at };
}

function readHeader(file: string, cells: readonly string[], { required, optional }: CsvColumns): string[] {
  const names = cells.map((cell) => cell.trim());
  const missing = required.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !required.includes(name) && !optional.includes(name));
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const problems = [
    ...(missing.length > 0 ? [`missing columns: ${missing.join(", ")}`] : []),
    ...(unknown.length > 0 ? [`unknown columns: ${unknown.join(", ")}`] : []),
    ...(repeated.length > 0 ? [`repeated columns: ${repeated.join(", ")}`] : []),
  ];
  if (problems.length === 0) return names;
  throw new PermanentError(
    "unusable-file",
    `${file}: the header has ${problems.join("; ")}; it must be ${required.join(",")}${optional.length > 0 ? `, and may have ${optional.join(",")}` : ""}`,
  );
}
