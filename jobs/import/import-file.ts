import { createHash } from "node:crypto";
import { basename } from "node:path";
import { BinaryRows } from "../../database/binary-rows.ts";
import { recordBatch, withoutMonth, type BatchSubject } from "../../database/generations/record-batch.ts";
import { findImportFile, recordImportFile } from "../../database/imports/import-files.ts";
import { lockImports, lockSettlementInputs } from "../../database/imports/lock-imports.ts";
import { copyRejects, countRejects, createRejects, encodeReject } from "../../database/imports/rejects.ts";
import type { StageOutcome } from "../../database/members/apply-staged-subscriptions.ts";
import type { Client } from "../../platform/postgres.ts";
import { rowsOf } from "./csv-rows.ts";
import { holdsContacts, maskedRow, maskField } from "./mask-field.ts";
import { writeRejectFile } from "./reject-file.ts";
import { RowReader } from "./row-reader.ts";

/** How files of one kind are imported. */
export interface Importer<Row> {
  readonly kind: "accounts" | "subscriptions" | "usage";
  readonly columns: readonly string[];
  /** Columns that a file may leave out. */
  readonly optionalColumns?: readonly string[];
  /** Learns what rows are judged by, before the first one. */
  learn?(client: Client): Promise<void>;
  /** Reads one row; problems stand in the reader afterwards. */
  parse(row: RowReader): Row;
  /** Creates the stage of this transaction. */
  createStage(client: Client): Promise<void>;
  /** Keeps a sound row until `copyStage`; `original` is the row as a reject may show it. */
  stage(row: Row, line: number, original: string): void;
  /** Sends the rows kept since the last call. */
  copyStage(client: Client): Promise<void>;
  /** Checks the whole stage against the database, moves what is wrong to the rejects and loads the rest. */
  load(client: Client, fileName: string): Promise<StageOutcome>;
}

/** What a person asks for. */
export interface ImportRequest {
  readonly file: string;
  /** Where rejects go; null beside the file, and only when there are any. */
  readonly rejectFile: string | null;
  /** Check everything, write the reject file, load nothing. */
  readonly dryRun: boolean;
}

/** What became of the rows of a file. */
export interface ImportSummary extends StageOutcome {
  readonly kind: string;
  readonly file: string;
  readonly rows: number;
  readonly rejected: number;
  readonly rejectFile: string | null;
  /** When the same bytes were imported before. */
  readonly importedBefore: string | null;
  readonly dryRun: boolean;
}

const ROWS_PER_COPY = 20_000;

/**
 * Imports one file in one transaction: either all its good rows are there afterwards, or nothing is. Throws PermanentError when the file or
 * the moment does not allow any of it.
 */
export async function importFile<Row>(
  client: Client,
  importer: Importer<Row>,
  request: ImportRequest,
): Promise<ImportSummary> {
  const startedAt = new Date();
  const fileName = basename(request.file);
  await client.query("begin");
  await lockImports(client);
  await createRejects(client);
  await importer.createStage(client);
  await importer.learn?.(client);
  const { rows, sha256 } = await stageRows(client, importer, request.file);
  await lockSettlementInputs(client);
  const outcome = await importer.load(client, fileName);
  const rejected = await countRejects(client);
  const importedBefore = await findImportFile(client, sha256);
  const loaded = { rowsLoaded: outcome.inserted + outcome.updated, rowsUnchanged: outcome.unchanged };
  await recordImportFile(client, {
    sha256,
    kind: importer.kind,
    fileName,
    ...loaded,
    rowsRejected: rejected,
  });
  const counts = { total: rows, succeeded: rows - rejected, failed: rejected, detail: "" };
  await recordBatch(client, { ...importSubject(importer.kind), ...counts, startedAt });
  const rejects = await writeRejectFile(client, request, rejected);
  await client.query(request.dryRun ? "rollback" : "commit");
  // Only now: a reject file tells what was left out of what was loaded.
  await rejects?.publish();
  return {
    kind: importer.kind,
    file: request.file,
    rows,
    ...outcome,
    rejected,
    rejectFile: rejects?.file ?? null,
    importedBefore: importedBefore?.toISOString() ?? null,
    dryRun: request.dryRun,
  };
}

/** What the row of an import in the batch log is about. */
export function importSubject(kind: Importer<unknown>["kind"]): BatchSubject {
  return withoutMonth(`import-${kind}`);
}

async function stageRows<Row>(
  client: Client,
  importer: Importer<Row>,
  file: string,
): Promise<{ rows: number; sha256: Buffer }> {
  const hash = createHash("sha256");
  const rejects = new BinaryRows();
  const unsplit = holdsContacts(importer.columns) ? "(withheld: it may hold contacts)" : null;
  let rows = 0;
  const flush = async (): Promise<void> => {
    await importer.copyStage(client);
    await copyRejects(client, rejects);
    rejects.clear();
  };
  for await (const row of rowsOf(
    file,
    { required: importer.columns, optional: importer.optionalColumns ?? [] },
    hash,
  )) {
    rows++;
    if (row.kind === "malformed") {
      const { line, reason, original } = row;
      encodeReject(rejects, {
        line,
        field: "row",
        reason,
        value: "",
        original: printable(unsplit ?? original),
      });
    } else stageRow(importer, row, rejects);
    if (rows % ROWS_PER_COPY === 0) await flush();
  }
  await flush();
  return { rows, sha256: hash.digest() };
}

function stageRow<Row>(
  importer: Importer<Row>,
  { line, cells }: { readonly line: number; readonly cells: ReadonlyMap<string, string> },
  rejects: BinaryRows,
): void {
  const reader = new RowReader(cells);
  const parsed = importer.parse(reader);
  const original = maskedRow(cells);
  const { problems } = reader;
  if (problems.length === 0) {
    importer.stage(parsed, line, original);
    return;
  }
  encodeReject(rejects, {
    line,
    field: problems.map(({ field }) => field).join("; "),
    reason: problems.map(({ reason }) => reason).join("; "),
    value: problems.map(({ field, value }) => maskField(field, value)).join("; "),
    original,
  });
}

/** PostgreSQL texts hold no zero character, and nobody can read a megabyte. */
function printable(text: string): string {
  return text.slice(0, 2_000).replaceAll("\0", "\uFFFD");
}
