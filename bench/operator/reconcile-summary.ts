/** Looks at BillingRuns between two scrapes. */
export interface ReconcileSummary {
  readonly count: number;
  readonly meanMs: number;
  /** Upper bound of the bucket in which the 99th of a hundred looks lies; null = beyond the last one. */
  readonly p99Ms: number | null;
}

const name = "billing_operator_reconcile_seconds";

/** The difference of two scrapes of an operator's /metrics; an empty first one stands for its start. */
export function reconcileSummary(before: string, after: string): ReconcileSummary {
  const count = sumOf(after, "count") - sumOf(before, "count");
  const seconds = sumOf(after, "sum") - sumOf(before, "sum");
  const [first, last] = [before, after].map(bucketsOf);
  const p99 = [...(last ?? [])].find(([bound, looks]) => looks - (first?.get(bound) ?? 0) >= count * 0.99);
  const p99Ms = count === 0 || p99 === undefined || p99[0] === Infinity ? null : p99[0] * 1_000;
  return { count, meanMs: count === 0 ? 0 : Math.round((seconds / count) * 100_000) / 100, p99Ms };
}

function linesOf(metrics: string, suffix: string): string[] {
  const start = `${name}_${suffix}{`;
  return metrics.split("\n").filter((line) => line.startsWith(start) && line.includes('"billing-run"'));
}

function valueOf(line: string): number {
  return Number(line.slice(line.lastIndexOf(" ") + 1));
}

function sumOf(metrics: string, suffix: "count" | "sum"): number {
  return linesOf(metrics, suffix).reduce((sum, line) => sum + valueOf(line), 0);
}

/** Looks by upper bound in seconds, of both outcomes, in rising order. */
function bucketsOf(metrics: string): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const line of linesOf(metrics, "bucket")) {
    const text = /le="([^"]+)"/.exec(line)?.[1] ?? "";
    const bound = text === "+Inf" ? Infinity : Number(text);
    buckets.set(bound, (buckets.get(bound) ?? 0) + valueOf(line));
  }
  return new Map([...buckets].sort(([one], [other]) => one - other));
}
