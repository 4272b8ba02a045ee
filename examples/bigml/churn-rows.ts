import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { bands } from "./bands.ts";

/** One subscriber of the data set; `account` counts rows from 1, the header not counted. */
export interface ChurnRow {
  readonly account: number;
  /** Minutes and published charge by band, as the file has them. */
  readonly bands: ReadonlyMap<string, { readonly minutes: string; readonly charge: string }>;
}

/** The subscribers of a file of the data set's shape: columns are found by name, whatever their order and case. */
export async function* churnRows(file: string): AsyncGenerator<ChurnRow> {
  const parser = createReadStream(file).pipe(
    parse({ bom: true, columns: requiredColumns, skip_empty_lines: true, trim: true }),
  );
  let account = 0;
  for await (const record of parser as AsyncIterable<Readonly<Record<string, string>>>) {
    account++;
    yield {
      account,
      bands: new Map(
        bands.map((band) => [
          band.code,
          {
            minutes: record[band.minutes.toLowerCase()] ?? "",
            charge: record[band.charge.toLowerCase()] ?? "",
          },
        ]),
      ),
    };
  }
}

function requiredColumns(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim().replaceAll(/\s+/g, " ").toLowerCase());
  const missing = bands
    .flatMap(({ minutes, charge }) => [minutes, charge])
    .filter((name) => !names.includes(name.toLowerCase()));
  if (missing.length > 0) throw new RangeError(`the file has no column ${missing.join(", ")}`);
  return names;
}
