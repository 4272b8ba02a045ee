import { formatMinor } from "../billing/money/format-minor.ts";
import type { Run } from "../crds/run-object.ts";
import { durationText } from "./run-progress.ts";
import { sentenceOf } from "./run-text.ts";

/** All runs of a namespace, the newest period first, as kubectl lays out a table. */
export function runTable(runs: readonly Run[], nowMs: number): string {
  const newestFirst = runs.toSorted(
    (one, other) =>
      other.spec.period.localeCompare(one.spec.period) || other.createdAt.localeCompare(one.createdAt),
  );
  const rows = newestFirst.map((run) => [
    run.metadata.name,
    run.spec.period,
    run.status?.phase ?? "Pending",
    run.status?.progress ?? "",
    run.status?.totals ? formatMinor(BigInt(run.status.totals.amountMinor), run.status.totals.currency) : "",
    durationText(nowMs - Date.parse(run.createdAt)),
    shortened(sentenceOf(run), 60),
  ]);
  const table = [["NAME", "PERIOD", "PHASE", "PROGRESS", "AMOUNT", "AGE", "MESSAGE"], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
