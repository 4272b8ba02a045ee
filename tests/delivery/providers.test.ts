import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { LogLine } from "../../local/provider-simulator/accept-log.ts";
import { freePort } from "../../local/free-port.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { insertLiveGeneration, testPolicy } from "../support/bills.ts";
import { noonWorld, SOUND_PROVIDER } from "./noon-world.ts";
import { type World } from "./world.ts";

/*
 * Two providers of one channel, by real processes. What must hold whatever happens: each bill is accepted once, in the logs
 * of both together, and at the provider that its row names.
 */
/** Accepts at once, and answers when whoever asked has been killed. */
const slowAnswers = ["--delay-ms", "3000", "--failure-rate", "0"];
const policy: NotificationPolicy = {
  ...testPolicy,
  breaker: {
    ...{ windowMs: 5_000, minSends: 20, failureFraction: 0.2, openMs: 1_000, probeSends: 5 },
    undecidedMs: 3_000,
  },
};

async function newWorld(
  t: TestContext,
  bills: number,
  changes: Partial<NotificationPolicy> = {},
): Promise<World> {
  const world = await noonWorld(t);
  const address = { period: "2026-10", generation: 1, policy: { ...policy, ...changes } };
  await insertLiveGeneration(world.database, address, bills);
  return world;
}

interface Listed {
  readonly name: string;
  readonly url: string;
  readonly weight?: number;
  readonly slowAfterMs?: number;
  readonly sendsPerSecond?: number;
}

function providers(...list: readonly Listed[]): Record<string, string> {
  return { PROVIDER_URL: "", PROVIDERS: JSON.stringify(list) };
}

/** Keys that each provider has accepted. */
type Accepts = Readonly<Record<string, readonly string[]>>;

function acceptsOf(logs: Readonly<Record<string, readonly LogLine[]>>): Accepts {
  return Object.fromEntries(
    Object.entries(logs).map(([name, lines]) => [
      name,
      lines.filter(({ kind }) => kind === "accept").map(({ key }) => key),
    ]),
  );
}

/** No key twice in all logs together, and each where its row says. */
async function assertAcceptedOnce(world: World, accepts: Accepts, bills: number): Promise<void> {
  const keys = Object.values(accepts).flat();
  assert.equal(keys.length, bills);
  assert.equal(new Set(keys).size, bills);
  const { rows } = await world.database.query<{ key: string; provider: string }>(
    "select bill_id || '.g1:' || channel || ':m1' as key, provider from notifications where state = 'SENT'",
  );
  for (const { key, provider } of rows) assert.ok(accepts[provider]?.includes(key), `${key} at ${provider}`);
}

/** Waits until so many have reached the provider. */
async function untilSent(world: World, count: () => number, least: number): Promise<void> {
  await world.until(`${least} sent`, () =>
    Promise.resolve({ done: count() >= least, seen: String(count()) }),
  );
}

/** Waits until people see the e-mail breakers so, by provider. */
async function untilBreakers(
  world: World,
  isSo: (told: Readonly<Record<string, string>>) => boolean,
): Promise<void> {
  await world.until("breakers as wanted", async () => {
    const { rows } = await world.database.query<{ provider: string; state: string }>(
      "select provider, state from provider_breakers where channel = 'email'",
    );
    const told = Object.fromEntries(rows.map(({ provider, state }) => [provider, state]));
    return { done: isSo(told), seen: JSON.stringify(told) };
  });
}

async function texted(world: World): Promise<number> {
  const { rows } = await world.database.query<{ texted: number }>(
    "select count(*) as texted from notifications where channel <> 'email'",
  );
  return rows[0]?.texted ?? 0;
}

void test("a consumer killed between send and result: asked again at the same provider, however little weight it has by then", async (t) => {
  const world = await newWorld(t, 200);
  const a = await world.startProvider(slowAnswers);
  const b = await world.startProvider(slowAnswers);
  world.start("dispatcher");
  const before = providers({ name: "a", url: a.url, weight: 1 }, { name: "b", url: b.url, weight: 1 });
  const killed = world.start("email", before);
  await untilSent(world, () => Math.min(a.log().length, b.log().length), 20);
  killed.child.kill("SIGKILL");
  await killed.ended;
  const early = acceptsOf({ a: a.log(), b: b.log() });
  const after = providers({ name: "a", url: a.url, weight: 1 }, { name: "b", url: b.url, weight: 1_000 });
  world.start("email", after);
  await world.untilStates({ SENT: 200 });
  const accepts = acceptsOf({ a: a.log(), b: b.log() });
  await assertAcceptedOnce(world, accepts, 200);
  const replayed = new Set(a.log().flatMap(({ kind, key }) => (kind === "replay" ? [key] : [])));
  assert.ok(
    early["a"]?.every((key) => replayed.has(key)),
    "each was asked for again at a",
  );
});

void test("a provider that is down: the other takes its share, its breaker opens, and nobody is texted", async (t) => {
  // On a busy machine a short lease runs out before the send: unknown, and bound to the one that is down, as it must be.
  const world = await newWorld(t, 400, { leaseMs: 60_000 });
  const b = await world.startProvider(SOUND_PROVIDER);
  const down = `http://127.0.0.1:${await freePort()}`;
  world.start("dispatcher");
  const email = world.start(
    "email",
    providers({ name: "a", url: down, weight: 3 }, { name: "b", url: b.url }),
  );
  world.start("sms");
  await untilBreakers(world, (told) => told["a"] === "open" && told["b"] === "closed");
  await world.untilStates({ SENT: 400 });
  await assertAcceptedOnce(world, acceptsOf({ b: b.log() }), 400);
  assert.equal(await texted(world), 0);
  const { rows } = await world.database.query<{ tried: number }>(
    "select count(*) as tried from notification_attempts where provider = 'a' and outcome = 'transient'",
  );
  const tried = rows[0]?.tried ?? 0;
  assert.ok(tried >= 20 && tried < 300, `${tried} were tried at the one that is down`);
  email.child.kill("SIGTERM");
  await untilBreakers(world, (told) => Object.keys(told).length === 0);
});

void test("a slow provider loses its share to a fast one", async (t) => {
  const world = await newWorld(t, 600);
  const slow = await world.startProvider(["--delay-ms", "1500", "--failure-rate", "0"]);
  const fast = await world.startProvider(SOUND_PROVIDER);
  world.start("dispatcher");
  world.start("email", {
    ...providers(
      { name: "slow", url: slow.url, weight: 3, slowAfterMs: 500 },
      { name: "fast", url: fast.url },
    ),
    IN_FLIGHT: "100",
  });
  await world.untilStates({ SENT: 600 });
  const accepts = acceptsOf({ slow: slow.log(), fast: fast.log() });
  await assertAcceptedOnce(world, accepts, 600);
  const share = (accepts["slow"]?.length ?? 0) / 600;
  assert.ok(share < 0.5, `the slow one kept ${share} of 0.75`);
  assert.equal(await texted(world), 0);
});

void test("a provider that accepts and then cuts off: what it holds is asked for there, never at the other", async (t) => {
  const world = await newWorld(t, 300);
  const a = await world.startProvider([...SOUND_PROVIDER, "--unknown-rate", "1"]);
  const b = await world.startProvider(SOUND_PROVIDER);
  world.start("dispatcher");
  world.start("email", providers({ name: "a", url: a.url }, { name: "b", url: b.url }));
  world.start("sms");
  await world.untilStates({ SENT: 300 });
  const accepts = acceptsOf({ a: a.log(), b: b.log() });
  await assertAcceptedOnce(world, accepts, 300);
  assert.ok((accepts["a"]?.length ?? 0) > 10);
  assert.equal(await texted(world), 0);
  const { rows } = await world.database.query(
    `select count(*)::int as strays from notification_attempts one
       join notification_attempts other using (bill_id, generation, message_generation, channel)
      where one.outcome = 'unknown' and other.seq > one.seq and other.provider <> one.provider`,
  );
  assert.deepEqual(rows, [{ strays: 0 }]);
});

void test("a provider taken out of the configuration: what waits for it stays unknown, and then is for a person", async (t) => {
  const world = await newWorld(t, 100, { maxUnknownOutcomes: 2 });
  const a = await world.startProvider(slowAnswers);
  const b = await world.startProvider(SOUND_PROVIDER);
  world.start("dispatcher");
  const killed = world.start("email", { ...providers({ name: "a", url: a.url }), IN_FLIGHT: "40" });
  await untilSent(world, () => a.log().length, 20);
  killed.child.kill("SIGKILL");
  await killed.ended;
  const claimed = (await world.states())["SENDING"] ?? 0;
  assert.ok(claimed >= 20 && claimed < 100, `${claimed} claimed`);
  world.start("email", providers({ name: "b", url: b.url }));
  await world.untilStates({ SENT: 100 - claimed, DEAD: claimed });
  const accepts = acceptsOf({ a: a.log(), b: b.log() });
  assert.equal(
    new Set([...(accepts["a"] ?? []), ...(accepts["b"] ?? [])]).size,
    Object.values(accepts).flat().length,
  );
  const { rows } = await world.database.query(
    `select distinct n.reason, n.provider, d.detail from notifications n join dead_letters d using (bill_id)`,
  );
  assert.deepEqual(rows, [{ reason: "unknown-outcome", provider: "a", detail: "provider-not-configured" }]);
});
