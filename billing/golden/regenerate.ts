import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parsePeriod } from "../period.ts";
import { compileTariff } from "../tariff/compile.ts";
import type { CompiledTariff } from "../tariff/compiled.ts";
import { parseTariff } from "../tariff/parse.ts";
import { outcomeOf, type GoldenBill, type GoldenOutcome } from "./golden-bill.ts";

/** Files of all golden bills, in order. */
export function goldenFiles(): URL[] {
  const folder = new URL("./", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => new URL(name, folder));
}

export function readGoldenBill(file: URL): GoldenBill {
  return JSON.parse(readFileSync(file, "utf8")) as GoldenBill;
}

/** The tariff of a file in `tariffs/`, compiled for a period; throws with all problems when it is refused. */
export function referenceTariff(name: string, period: string): CompiledTariff {
  const file = new URL(`../../tariffs/${name}.yaml`, import.meta.url);
  const parsed = parseTariff(readFileSync(file, "utf8"), name);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
  return compileTariff(parsed.tariff, parsePeriod(period));
}

/** Writes the expected lines of every golden bill anew: `make golden`. Look at the difference as at money before committing it. */
function regenerate(): void {
  for (const file of goldenFiles()) {
    const golden = readGoldenBill(file);
    writeFileSync(file, layOut(golden, outcomeOf(golden, referenceTariff(golden.tariff, golden.period))));
  }
}

/** JSON with one bill line a text line, so that a difference shows whole lines. */
function layOut(golden: GoldenBill, outcome: GoldenOutcome): string {
  const { comment, tariff, period, input } = golden;
  if (outcome.kind === "held")
    return `${JSON.stringify({ comment, tariff, period, input, expected: outcome }, null, 2)}\n`;
  const marker = "@lines";
  const text = JSON.stringify(
    { comment, tariff, period, input, expected: { ...outcome, lines: marker } },
    null,
    2,
  );
  const lines = outcome.lines.map((line) => `      ${JSON.stringify(line)}`).join(",\n");
  return `${text.replace(`"${marker}"`, () => `[\n${lines}\n    ]`)}\n`;
}

if (import.meta.main) regenerate();
