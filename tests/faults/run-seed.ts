import { setTimeout as sleep } from "node:timers/promises";
import { groupOfChannel } from "../../events/consumer-groups.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { topicOfChannel } from "../../events/topics.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { ClockStep } from "../../local/invariants/log-check.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import { insertLiveGeneration, testPolicy, type TestMember } from "../support/bills.ts";
import type { FaultWorld } from "./fault-world.ts";
import { groupPicture } from "./group-picture.ts";
import { inject, type Injection } from "./inject.ts";
import { judge } from "./judge.ts";
import { faultyMs, scheduleOf, type Schedule } from "./schedule.ts";

const messages = 400;
const hourMs = 3_600_000;
const healingMs = 120_000;
const daylight = { noon: "2026-11-02T12:00:00+09:00", evening: "2026-11-02T21:30:00+09:00" };
/** To a time when nobody is quiet and everything is due, whatever the clock did. */
const healingHours = { noon: 8, evening: 11.5 };

const policy: NotificationPolicy = {
  ...testPolicy,
  // Small numbers, so that it opens, probes and closes within a seed.
  breaker: {
    ...{ windowMs: 2_000, minSends: 40, failureFraction: 0.5, openMs: 1_000, probeSends: 5 },
    undecidedMs: 3_000,
  },
};

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
  await world.setClock(baseMs);
  await world.withDatabase((client) =>
    insertLiveGeneration(client, { ...address, policy }, messages, memberOf),
  );
  const hits: string[] = [];
  const clockSteps: ClockStep[] = [];
  await misfortune({ world, address, seed, schedule, hits, clockSteps });
  const healingSinceMs = performance.now();
  world.providerProxy.behave("sound");
  world.supervisor.heal();
  if (clockSteps.length > 0) {
    const nowMs = await billingNowMs(world);
    clockSteps.push(await stepClock(world, baseMs + healingHours[schedule.begins] * hourMs - nowMs));
  }
  const stuck = await untilOver(world, address);
  const healedMs = performance.now() - healingSinceMs;
  const groups = stuck.length === 0 ? [] : await groupPicture(world.kafka.bootstrap, ["email", "sms"]);
  const judged = await judge(world, address, {
    providerLog: world.providerLog,
    moreProviderLogs: [world.secondProviderLog],
    releasedAtMs: baseMs - 8 * hourMs,
    policy,
    clockSteps,
  });
  return {
    ...{ seed, hits, healedMs, groups, durationMs: performance.now() - startedMs },
    states: await statesOf(world, address),
    broken: [...stuck, ...judged.filter(({ holds }) => !holds)],
  };
}

/** Every seed has a month and a generation number of its own: what former ones left in Kafka and the log is not its. */
function addressOf(ordinal: number): GenerationAddress {
  const months = 9 + ordinal;
  const period = `${2026 + Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  return { period, generation: ordinal + 1 };
}

/** Most are ordinary; some bounce, are always down, are cut off, or have no e-mail address. */
function memberOf(number: number): TestMember {
  const dueInSeconds = Math.floor(((number * 7) % messages) / (messages / (faultyMs / 1_000)));
  const phone = number % 40 < 2 ? `0109999${String(number).padStart(4, "0")}` : undefined;
  const common = { dueInSeconds, ...(phone === undefined ? {} : { phone }) };
  switch (number % 20) {
    case 0:
      return { ...common, email: `bounce+canary${number}@example.com` };
    case 1:
      return { ...common, email: `down+canary${number}@example.com` };
    case 2:
      return { ...common, email: `cut+canary${number}@example.com` };
    case 3:
      return { ...common, email: null, channelPlan: "sms" };
    case 4:
      return { ...common, channelPlan: "email" };
    default:
      return common;
  }
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

/** Waits for the end of every message, an empty outbox and no lag; what is still missing after two minutes is broken. */
async function untilOver(world: FaultWorld, address: GenerationAddress): Promise<Invariant[]> {
  const deadlineMs = performance.now() + healingMs;
  let missing = "";
  while (performance.now() < deadlineMs) {
    missing = await whatIsMissing(world, address);
    if (missing === "") return [];
    await sleep(150);
  }
  return [{ name: "everything-at-its-end-within-120-s", holds: false, detail: missing }];
}

async function whatIsMissing(world: FaultWorld, address: GenerationAddress): Promise<string> {
  const states = await statesOf(world, address);
  const open = ["SCHEDULED", "QUEUED", "SENDING", "UNKNOWN"].filter((state) => states[state]);
  if (open.length > 0) return JSON.stringify(states);
  const { rows } = await world.withDatabase((client) =>
    client.query<{ open: number }>("select count(*) as open from outbox_batches"),
  );
  if (rows[0]?.open !== 0) return `${rows[0]?.open ?? "?"} outbox batches open`;
  try {
    const admin = await createKafkaAdmin(world.kafka.bootstrap, "faults");
    try {
      for (const channel of ["email", "sms"] as const) {
        const lag = await admin.groupLag(groupOfChannel(channel), topicOfChannel(channel));
        if (lag > 0) return `lag of ${channel}: ${lag}`;
      }
      return "";
    } finally {
      await admin.close();
    }
  } catch (error) {
    return `Kafka: ${String(error)}`;
  }
}

async function statesOf(
  world: FaultWorld,
  { generation }: GenerationAddress,
): Promise<Record<string, number>> {
  const { rows } = await world.withDatabase((client) =>
    client.query<{ state: string; rows: number }>(
      "select state, count(*) as rows from notifications where generation = $1 group by state order by state",
      [generation],
    ),
  );
  return Object.fromEntries(rows.map(({ state, rows: count }) => [state, count]));
}
