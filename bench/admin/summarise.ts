import type { Measured } from "./measure-calls.ts";
import { quantilesOf, type Quantiles } from "./quantiles.ts";

/** What is reported of one way of asking; milliseconds. */
export interface CallSummary extends Quantiles {
  readonly name: string;
  readonly firstMs: number;
  readonly calls: number;
  readonly meanBytes: number;
}

/** Quantiles of each, the slowest by its p99 first, and of all together as the last. */
export function summariseCalls(measured: readonly Measured[]): readonly CallSummary[] {
  const all = {
    name: "all",
    firstMs: Math.max(...measured.map(({ firstMs }) => firstMs)),
    times: measured.flatMap(({ times }) => times),
    meanBytes: Math.round(measured.reduce((sum, { meanBytes }) => sum + meanBytes, 0) / measured.length),
  };
  const summaries = measured.map(summaryOf).toSorted((a, b) => b.p99 - a.p99);
  return [...summaries, summaryOf(all)];
}

function summaryOf({ name, firstMs, times, meanBytes }: Measured): CallSummary {
  return { name, ...quantilesOf(times), firstMs: Math.round(firstMs), calls: times.length, meanBytes };
}

/** As Markdown. */
export function latencyTable(rows: readonly CallSummary[]): string {
  const lines = rows.map(({ name, p50, p99, max, firstMs, meanBytes }) => {
    return `| ${name} | ${p50} | ${p99} | ${max} | ${firstMs} | ${meanBytes} |`;
  });
  return [
    "| what | p50 ms | p99 ms | max ms | first ms | bytes |",
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}
