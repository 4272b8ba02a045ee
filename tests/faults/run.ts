import { parseArgs } from "node:util";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { startFaultWorld, type FaultWorld } from "./fault-world.ts";
import { nobodyInKafka } from "./judge.ts";
import { summaryOf, textOf } from "./report.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";

/*
 * `make faults SEEDS=200` runs that many seeds from FROM on; `make faults SEED=17 TIMES=5` repeats one. Exits 1 when an
 * invariant does not hold after a seed, with the failing seeds in its last line. A seed that fails ends its world, for what
 * it left would be blamed on the next.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    seed: { type: "string", default: "" },
    times: { type: "string", default: "1" },
  },
});
/** What a seed leaves in Kafka and in the logs is looked through after each later one. */
const seedsPerWorld = 25;
const seeds =
  values.seed === ""
    ? Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.from) + index)
    : Array.from({ length: Number(values.times) }, () => Number(values.seed));

const startedMs = performance.now();
const results: SeedResult[] = [];
let restarts = 0;
let present: FaultWorld | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    summarise();
    void Promise.resolve(present?.close()).finally(() => process.exit(1));
  });
}
while (results.length < seeds.length) await runInOneWorld(seeds.slice(results.length));
summarise();
process.exit(results.every(({ broken }) => broken.length === 0) ? 0 : 1);

/** Runs the next seeds in a world of their own, until one fails or there have been enough. */
async function runInOneWorld(open: readonly number[]): Promise<void> {
  const world = await startFaultWorld(open[0] ?? 1);
  present = world;
  let last: SeedResult | null = null;
  for (const [ordinal, seed] of open.slice(0, seedsPerWorld).entries()) {
    last = await runSeed(world, seed, ordinal).catch((error: unknown) => unjudged(seed, error));
    results.push(last);
    process.stdout.write(`${progress()} ${textOf(last)}`);
    if (last.broken.length === 0) continue;
    for (const log of world.supervisor.logs()) process.stdout.write(`--- log\n${log.slice(-4_000)}\n`);
    break;
  }
  const kafka = await nobodyInKafka(world).catch((error: unknown) => unjudgeable(error));
  if (!kafka.holds && last !== null) {
    process.stdout.write(`  BROKEN ${kafka.name}: ${kafka.detail}\n`);
    results[results.length - 1] = { ...last, broken: [...last.broken, kafka] };
  }
  restarts += world.supervisor.restarts();
  present = null;
  await world.close();
}

function unjudged(seed: number, error: unknown): SeedResult {
  const nothing = { durationMs: 0, healedMs: 0, hits: [], states: {}, groups: [] };
  return { seed, ...nothing, broken: [unjudgeable(error)] };
}

/** A world that could not even be looked at. */
function unjudgeable(error: unknown): Invariant {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { name: "the world could be judged", holds: false, detail };
}

function progress(): string {
  const minutes = (performance.now() - startedMs) / 60_000;
  return `[${results.length}/${seeds.length}, ${minutes.toFixed(1)} min]`;
}

function summarise(): void {
  const seconds = (performance.now() - startedMs) / 1_000;
  process.stdout.write(summaryOf(results, seconds, restarts + (present?.supervisor.restarts() ?? 0)));
}
