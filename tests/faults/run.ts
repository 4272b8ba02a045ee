import { parseArgs } from "node:util";
import { nobodyInKafka } from "./judge.ts";
import { startFaultWorld } from "./fault-world.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";
import { nameOf, scheduleOf } from "./schedule.ts";

/*
 * `make faults SEEDS=200` runs that many seeds from FROM on; `make faults SEED=17` repeats one. Exits 1 when an
 * invariant does not hold after a seed.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    seed: { type: "string", default: "" },
  },
});
const one = values.seed !== "";
const first = Number(one ? values.seed : values.from);
const count = one ? 1 : Number(values.seeds);

const startedMs = performance.now();
const world = await startFaultWorld(first);
const results: SeedResult[] = [];
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    summarise();
    void world.close().then(() => process.exit(1));
  });
}
for (let ordinal = 0; ordinal < count; ordinal++) {
  const seed = first + ordinal;
  const result = await runSeed(world, seed, ordinal);
  results.push(result);
  tell(result);
  if (result.broken.length > 0) {
    for (const log of world.supervisor.logs()) process.stdout.write(`--- log\n${log.slice(-4_000)}\n`);
    break;
  }
}
const kafka = await nobodyInKafka(world);
summarise();
await world.close();
if (!kafka.holds) process.stdout.write(`BROKEN ${kafka.name}: ${kafka.detail}\n`);
const isSound = kafka.holds && results.every(({ broken }) => broken.length === 0);
process.exit(isSound ? 0 : 1);

function tell({ seed, durationMs, healedMs, hits, states, broken }: SeedResult): void {
  const told = Object.entries(states).map(([state, rows]) => `${state} ${rows}`);
  const times = `${(durationMs / 1_000).toFixed(1)} s, healed in ${(healedMs / 1_000).toFixed(1)} s`;
  process.stdout.write(`seed ${seed}: ${told.join(", ")}; ${times}; ${hits.join(", ")}\n`);
  if (broken.length === 0) return;
  process.stdout.write(`  scheduled: ${JSON.stringify(scheduleOf(seed))}\n`);
  for (const { name, detail } of broken) process.stdout.write(`  BROKEN ${name}: ${detail}\n`);
}

function summarise(): void {
  const hits = new Map<string, number>();
  for (const { seed } of results) {
    for (const { fault } of scheduleOf(seed).faults) hits.set(nameOf(fault), hits.get(nameOf(fault)) ?? 0);
  }
  for (const name of results.flatMap((result) => result.hits)) hits.set(name, (hits.get(name) ?? 0) + 1);
  process.stdout.write("\nfaults that came to pass\n");
  for (const [name, times] of [...hits].toSorted()) {
    process.stdout.write(`${String(times).padStart(6)}  ${name}\n`);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const rate = Math.round((results.length / seconds) * 3_600);
  const total = `${results.length} seeds in ${Math.round(seconds)} s, ${rate} an hour`;
  process.stdout.write(`\n${total}; ${world.supervisor.restarts()} processes started again\n`);
}
