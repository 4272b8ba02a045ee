import type { SeedResult } from "./run-seed.ts";
import { nameOf, scheduleOf } from "./schedule.ts";

/** A line for a sound seed; for a broken one also what was scheduled, and what the groups looked like. */
export function textOf({ seed, durationMs, healedMs, hits, states, broken, groups }: SeedResult): string {
  const told = Object.entries(states).map(([state, rows]) => `${state} ${rows}`);
  const times = `${(durationMs / 1_000).toFixed(1)} s, healed in ${(healedMs / 1_000).toFixed(1)} s`;
  const line = `seed ${seed}: ${told.join(", ")}; ${times}; ${hits.join(", ")}\n`;
  if (broken.length === 0) return line;
  const more = [
    `scheduled: ${JSON.stringify(scheduleOf(seed))}`,
    ...broken.map(({ name, detail }) => `BROKEN ${name}: ${detail}`),
    ...groups,
  ];
  return line + more.map((text) => `  ${text}\n`).join("");
}

/** How often each fault came to pass, how long it took, and which seeds failed. */
export function summaryOf(verdicts: readonly SeedResult[], seconds: number, restarts: number): string {
  const times = new Map<string, number>();
  const count = (name: string, by: number): void => {
    times.set(name, (times.get(name) ?? 0) + by);
  };
  for (const { seed, hits } of verdicts) {
    for (const { fault } of scheduleOf(seed).faults) count(nameOf(fault), 0);
    for (const name of hits) count(name, 1);
  }
  const table = [...times].toSorted().map(([name, hits]) => `${String(hits).padStart(6)}  ${name}`);
  const rate = Math.round((verdicts.length / seconds) * 3_600);
  const longestMs = Math.max(0, ...verdicts.map(({ healedMs }) => healedMs));
  const failing = verdicts.filter(({ broken }) => broken.length > 0).map(({ seed }) => seed);
  const lines = [
    ...["", "faults that came to pass", ...table, ""],
    `${verdicts.length} seeds in ${Math.round(seconds)} s, ${rate} an hour; ${restarts} processes started again; ` +
      `longest healing ${(longestMs / 1_000).toFixed(1)} s`,
    failing.length === 0 ? "every seed is sound" : `failing seeds: ${failing.join()}`,
  ];
  return `${lines.join("\n")}\n`;
}
