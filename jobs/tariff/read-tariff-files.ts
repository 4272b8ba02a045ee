import { readFile } from "node:fs/promises";
import { parseTariff } from "../../billing/tariff/parse.ts";
import type { Tariff } from "../../billing/tariff/schema.ts";

/** A tariff file that passed every check; `document` is its exact text. */
export interface TariffFile {
  readonly file: string;
  readonly document: string;
  readonly tariff: Tariff;
}

/** Sound files, and one line `file:line: path: message` for every problem of the others. */
export interface TariffFiles {
  readonly sound: readonly TariffFile[];
  readonly problems: readonly string[];
}

/** Reads and checks all files before anything is done with one of them; an unreadable file is a problem like any other. */
export async function readTariffFiles(files: readonly string[]): Promise<TariffFiles> {
  const sound: TariffFile[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const document = await readFile(file, "utf8").catch((error: unknown) => error as Error);
    if (document instanceof Error) {
      problems.push(`${file}: cannot be read: ${document.message}`);
      continue;
    }
    const parsed = parseTariff(document, file);
    if (parsed.ok) sound.push({ file, document, tariff: parsed.tariff });
    else
      for (const { line, path, message } of parsed.problems)
        problems.push(`${file}:${line}: ${path}: ${message}`);
  }
  return { sound, problems };
}
