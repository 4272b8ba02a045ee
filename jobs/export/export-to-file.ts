import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { type Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { currencyExponent } from "../../billing/money/currency.ts";
import { exportableGeneration } from "../../database/export/exportable-generation.ts";
import type { ExportScope } from "../../database/export/scope.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Client } from "../../platform/postgres.ts";

/** A statement that streams one generation as CSV. */
export type ExportQuery = (client: Client, scope: ExportScope) => Readable;

/** What is wanted; generation null = the live one, else the newest that is proved. */
export interface ExportRequest {
  readonly period: string;
  readonly generation: number | null;
  readonly file: string;
}

/** What was written. */
export interface Exported {
  readonly generation: number;
  readonly state: string;
  readonly rows: number;
}

/** Streams one generation to a file, which takes its name when it is complete. Throws PermanentError `no-generation`, `not-proved`. */
export async function exportToFile(
  client: Client,
  query: ExportQuery,
  request: ExportRequest,
): Promise<Exported> {
  const { period, file } = request;
  const found = await exportableGeneration(client, period, request.generation);
  if (found === null) {
    const wanted = request.generation === null ? "generation" : `generation ${request.generation}`;
    throw new PermanentError("no-generation", `period ${period} has no ${wanted}; settle it first`);
  }
  // Half a month looks like a whole one in a file; who wants it names it.
  if (found.state === "settling" && request.generation === null) {
    const which = `generation ${found.number} of ${period} is still settling, its bills are not proved`;
    throw new PermanentError("not-proved", `${which}; wait for it, or name it: --generation ${found.number}`);
  }
  const exponent = currencyExponent(found.currency);
  if (exponent === null)
    throw new PermanentError("unknown-currency", `currency ${found.currency} is unknown`);
  const counter = new LineCounter();
  const unfinished = `${file}.unfinished`;
  const rows = query(client, { period, generation: found.number, currencyExponent: exponent });
  await pipeline(rows, counter, createWriteStream(unfinished));
  await rename(unfinished, file);
  return { generation: found.number, state: found.state, rows: Math.max(0, counter.lines - 1) };
}

/** Counts lines that pass. No exported column holds a line break, so lines are rows and the header. */
class LineCounter extends Transform {
  lines = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines++;
    done(null, chunk);
  }
}
