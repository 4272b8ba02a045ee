import { formatDecimal, parseDecimal } from "../../billing/money/decimal.ts";
import { bands } from "./bands.ts";
import { churnRows } from "./churn-rows.ts";
import type { RatedCharges } from "./rated-charges.ts";

/** A line whose charge is not the published one; decimal texts in dollars, `rated` "" when the account was not billed. */
export interface DifferentLine {
  /** Number of the row, counted from 1 without the header. */
  readonly account: number;
  readonly band: string;
  readonly published: string;
  readonly rated: string;
}

/** The whole file compared; there are four lines a row. */
export interface Comparison {
  readonly lines: number;
  readonly equal: number;
  readonly different: readonly DifferentLine[];
}

/** Compares every published charge of the file with the one that was rated. */
export async function compare(file: string, rated: RatedCharges): Promise<Comparison> {
  let lines = 0;
  const different: DifferentLine[] = [];
  for await (const row of churnRows(file)) {
    for (const { code } of bands) {
      lines++;
      const { charge = "", minutes = "" } = row.bands.get(code) ?? {};
      const published = parseDecimal(charge, 2);
      // Minutes that are no number were rejected by the import: nothing was rated, which is not the same as 0.00.
      const cents = typeof parseDecimal(minutes, 3) === "number" ? rated.centsOf(row.account, code) : null;
      if (published === cents) continue;
      different.push({
        account: row.account,
        band: code,
        published: typeof published === "number" ? dollars(published) : charge,
        rated: cents === null ? "" : dollars(cents),
      });
    }
  }
  return { lines, equal: lines - different.length, different };
}

function dollars(cents: number): string {
  return formatDecimal(cents, 2, 2);
}
