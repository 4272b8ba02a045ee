import type { Queryable } from "../../platform/postgres.ts";

/** A file that was imported, by its bytes. */
export interface ImportFileRow {
  readonly sha256: Buffer;
  readonly kind: string;
  readonly fileName: string;
  readonly rowsLoaded: number;
  readonly rowsUnchanged: number;
  readonly rowsRejected: number;
}

/** When the same bytes were imported before, or null. */
export async function findImportFile(client: Queryable, sha256: Buffer): Promise<Date | null> {
  const { rows } = await client.query<{ imported_at: Date }>(
    "select imported_at from import_files where sha256 = $1",
    [sha256],
  );
  return rows[0]?.imported_at ?? null;
}

/** Records an imported file; the first time counts, a repetition changes nothing. */
export async function recordImportFile(client: Queryable, file: ImportFileRow): Promise<void> {
  await client.query(
    `insert into import_files (sha256, kind, file_name, rows_loaded, rows_unchanged, rows_rejected)
     values ($1, $2, $3, $4, $5, $6) on conflict (sha256) do nothing`,
    [file.sha256, file.kind, file.fileName, file.rowsLoaded, file.rowsUnchanged, file.rowsRejected],
  );
}
