import { setTimeout as sleep } from "node:timers/promises";
import type { GenerationAddress } from "../../database/generations/address.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { CHANNELS } from "../../notification/channel.ts";
import type { ClockStep } from "../../local/invariants/log-check.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import type { FaultWorld } from "./fault-world.ts";
import { groupPicture } from "./group-picture.ts";
import { inject, type Injection } from "./inject.ts";
import { judge } from "./judge.ts";
import { openOffsetWatch, whileWatching } from "./offset-watch.ts";
import { faultyMs, scheduleOf, type Schedule } from "./schedule.ts";
import { statesOf, untilOver } from "./until-over.ts";
import { daylight, healingAt, memberOf, messages, policy } from "./wishes.ts";

const hourMs = 3_600_000;

/** What came of a seed. */
export interface SeedResult {
  readonly seed: number;
  readonly durationMs: number;
  /** From the end of the last fault until every message was at its end and nothing lagged. */
  readonly healedMs: number;
  readonly hits: readonly string[];
  /** Rows by state. */
  readonly states: Readonly<Record<string, number>>;
  /** Invariants that do not hold; empty for a sound seed. */
  readonly broken: readonly Invariant[];
  /** Of a seed that is not over in time: the consumer groups as they stood then, a line a fact. */
  readonly groups: readonly string[];
}

/** Sends 400 messages while everything of the seed's schedule goes wrong, heals, waits for the end, and judges. */
export async function runSeed(world: FaultWorld, seed: number, ordinal: number): Promise<SeedResult> {
  const startedMs = performance.now();
  const schedule = scheduleOf(seed);
  const address = addressOf(ordinal);
  const baseMs = Date.parse(daylight[schedule.begins]);
  await arrange(world, address, baseMs);
  const run = { world, address, seed, schedule, hits: [] as string[], clockSteps: [] as ClockStep[] };
  const watch = await openOffsetWatch(world.kafka.bootstrap, world.withDatabase);
  const { stuck, healedMs } = await whileWatching(watch, async () => {
    await misfortune(run);
    return await heal(run);
  });
  const judged = await judge(world, address, {
    providerLog: world.providerLog,
    moreProviderLogs: [world.secondProviderLog],
    releasedAtMs: baseMs - 8 * hourMs,
    policy,
    clockSteps: run.clockSteps,
  });
  return {
    ...{ seed, hits: run.hits, healedMs, durationMs: performance.now() - startedMs },
    groups: stuck.length === 0 ? [] : await groupPicture(world.kafka.bootstrap, CHANNELS),
    states: await statesOf(world, address),
    broken: [...stuck, ...judged, watch.invariant()].filter(({ holds }) => !holds),
  };
}

async function arrange(world: FaultWorld, address: GenerationAddress, baseMs: number): Promise<void> {
  await world.setClock(baseMs);
  // Members are the same in every seed of a world: whose address has bounced in one is not known in the next.
  await world.withDatabase((client) => client.query("delete from suppressions"));
  await world.withDatabase((client) =>
    insertLiveGeneration(client, { ...address, policy }, messages, (number) => memberOf(number, baseMs)),
  );
}

/** Everything is sound again and every wish can be met: waits until all is over, and tells what is not and how long it took. */
async function heal({ world, address, clockSteps }: Misfortune): Promise<{
  readonly stuck: readonly Invariant[];
  readonly healedMs: number;
}> {
  const sinceMs = performance.now();
  world.providerProxy.behave("sound");
  world.supervisor.heal();
  clockSteps.push(await stepClock(world, Date.parse(healingAt) - (await billingNowMs(world))));
  const stuck = await untilOver(world, address);
  return { stuck, healedMs: performance.now() - sinceMs };
}

/** Every seed has a month and a generation number of its own: what former ones left in Kafka and the log is not its. */
function addressOf(ordinal: number): GenerationAddress {
  const months = 9 + ordinal;
  const period = `${2026 + Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  return { period, generation: ordinal + 1 };
}

interface Misfortune extends Pick<Injection, "world" | "address" | "seed"> {
  readonly schedule: Schedule;
  readonly hits: string[];
  readonly clockSteps: ClockStep[];
}

async function misfortune(run: Misfortune): Promise<void> {
  const { world, address, seed, schedule, hits, clockSteps } = run;
  const injection: Injection = {
    ...{ world, address, seed },
    hit: (name) => hits.push(name),
    async jump(hours) {
      clockSteps.push(await stepClock(world, hours * hourMs));
    },
  };
  const ends = schedule.faults.map(async ({ atMs, fault }) => {
    await sleep(atMs);
    await inject(injection, fault).catch((error: unknown) => {
      hits.push(`missed: ${fault.kind} (${error instanceof Error ? error.message : String(error)})`);
    });
  });
  await Promise.all([...ends, sleep(faultyMs)]);
}

/** Sets the billing clock by so much; PostgreSQL may be away for a part of that time. */
async function stepClock(world: FaultWorld, byMs: number): Promise<ClockStep> {
  const sinceMs = Date.now();
  await world.setClock((await billingNowMs(world)) + byMs);
  return { sinceMs, untilMs: Date.now(), byMs };
}

async function billingNowMs(world: FaultWorld): Promise<number> {
  const { rows } = await world.withDatabase((client) =>
    client.query<{ ms: number }>("select extract(epoch from billing_now())::float8 * 1000 as ms"),
  );
  return rows[0]?.ms ?? 0;
}
