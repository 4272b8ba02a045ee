import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { readRejects } from "../../database/imports/rejects.ts";
import type { Client } from "../../platform/postgres.ts";

/** A complete reject file under a temporary name. */
export interface RejectFile {
  readonly file: string;
  /** Gives it its name, over an older one. */
  publish(): Promise<void>;
}

/** Writes the transaction's rejects as CSV; null when there are none and nobody asked for the file. */
export async function writeRejectFile(
  client: Client,
  request: { readonly file: string; readonly rejectFile: string | null },
  rejected: number,
): Promise<RejectFile | null> {
  if (rejected === 0 && request.rejectFile === null) return null;
  const file = request.rejectFile ?? `${request.file.replace(/\.csv$/i, "")}.rejects.csv`;
  const unfinished = `${file}.unfinished`;
  await pipeline(readRejects(client), createWriteStream(unfinished));
  return { file, publish: () => rename(unfinished, file) };
}
