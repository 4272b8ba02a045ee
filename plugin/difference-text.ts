import Table from "cli-table3";
import { z } from "zod";
import { formatMinor } from "../billing/money/format-minor.ts";

const minor = z.union([z.string(), z.number()]).transform((value) => BigInt(value));
const address = z.object({ period: z.string(), generation: z.number() });

/** What of `report --json` a comparison needs. */
const report = z.object({
  ...address.shape,
  run: z.string(),
  currency: z.string(),
  totalMinor: minor,
  comparison: z
    .object({
      baseline: address,
      baselineTotalMinor: minor,
      difference: z.object({
        unchanged: z.number(),
        changed: z.number(),
        added: z.number(),
        removed: z.number(),
        raisedMinor: minor,
        loweredMinor: minor,
      }),
      movers: z.array(z.object({ accountId: z.number(), beforeMinor: minor, afterMinor: minor })),
    })
    .nullable(),
});

export type ComparedReport = z.output<typeof report>;

/** Reads what `report --json` printed. */
export function parseReport(text: string): ComparedReport {
  return report.parse(JSON.parse(text));
}

/** A generation beside the one that it would take the place of, for a terminal. */
export function differenceText({
  run,
  period,
  generation,
  currency,
  totalMinor,
  comparison,
}: ComparedReport): string {
  if (comparison === null) return `${run}: nothing to compare generation ${generation} of ${period} with.`;
  const { baseline, baselineTotalMinor, difference, movers } = comparison;
  const money = (value: bigint): string => formatMinor(value, currency);
  const change = totalMinor - baselineTotalMinor;
  const summary = newTable([
    "",
    `${baseline.period} g${baseline.generation}`,
    `${period} g${generation}`,
    "change",
  ]);
  summary.push(
    [
      "amount",
      money(baselineTotalMinor),
      money(totalMinor),
      `${signed(change, money)}${percent(change, baselineTotalMinor)}`,
    ],
    ["bills raised", "", "", signed(difference.raisedMinor, money)],
    ["bills lowered", "", "", money(-difference.loweredMinor)],
  );
  const { unchanged, changed, added, removed } = difference;
  const counts = `${count(unchanged)} bills unchanged, ${count(changed)} changed, ${count(added)} new, ${count(removed)} gone`;
  if (movers.length === 0) return [summary.toString(), counts].join("\n");
  const table = newTable(["biggest movers", "before", "now", "change"]);
  for (const { accountId, beforeMinor, afterMinor } of movers) {
    const moved = afterMinor - beforeMinor;
    table.push([
      `account ${accountId}`,
      money(beforeMinor),
      money(afterMinor),
      `${signed(moved, money)}${percent(moved, beforeMinor)}`,
    ]);
  }
  return [summary.toString(), counts, table.toString()].join("\n");
}

function newTable(head: string[]): InstanceType<typeof Table> {
  const colAligns = head.map((_, index) => (index === 0 ? "left" : "right")) as ("left" | "right")[];
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function signed(value: bigint, money: (minor: bigint) => string): string {
  return value > 0n ? `+${money(value)}` : money(value);
}

/** ` (+1.25 %)`, exact to a hundredth; nothing where there was nothing before. */
function percent(change: bigint, before: bigint): string {
  if (before === 0n) return "";
  const hundredths = Number((change * 10_000n) / before) / 100;
  return ` (${hundredths > 0 ? "+" : ""}${hundredths.toFixed(2)} %)`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
