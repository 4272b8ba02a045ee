import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { createLimits, takeTokens, throttleProvider } from "../../database/providers/take-tokens.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { connect } from "../../platform/postgres.ts";
import { insertLiveGeneration, testPolicy } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { noonWorld, SOUND_PROVIDER } from "./noon-world.ts";
import { type World } from "./world.ts";

const rate = 100;
const messages = 800;
/**
 * What was not taken is kept for a quarter of a second, and each of two consumers may hold a slice of as much. Half a second
 * more because a busy machine delivers late what left in time.
 */
const burst = (0.25 * 3 + 0.5) * rate;

async function newWorld(t: TestContext, changes: Partial<NotificationPolicy> = {}): Promise<World> {
  const world = await noonWorld(t);
  const policy = { ...testPolicy, ...changes };
  await insertLiveGeneration(world.database, { period: "2026-10", generation: 1, policy }, messages);
  return world;
}

/** In no stretch of time more than the rate allows, and over all of it about as much. */
function assertAtRate(receivedMs: readonly number[]): void {
  const times = receivedMs.toSorted((one, other) => one - other);
  for (const [from, fromMs] of times.entries()) {
    for (let to = from; to < times.length; to += 10) {
      const seconds = ((times[to] ?? fromMs) - fromMs) / 1_000;
      assert.ok(to - from + 1 <= rate * seconds + burst + 1, `${to - from + 1} in ${seconds} s`);
    }
  }
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
  assert.ok(seconds < (1.25 * messages) / rate, `${messages} took ${seconds} s at ${rate} a second`);
}

async function assertNothingSpent(world: World): Promise<void> {
  const { rows } = await world.database.query(
    `select count(*)::int as odd from notifications where attempt <> 1 or unknown_outcomes <> 0 or state <> 'SENT'`,
  );
  assert.deepEqual(rows, [{ odd: 0 }]);
}

const limits: readonly [string, (url: string) => Record<string, string>, Partial<NotificationPolicy>][] = [
  [
    "a provider's own rate",
    (url) => ({ PROVIDER_URL: "", PROVIDERS: JSON.stringify([{ name: "a", url, sendsPerSecond: rate }]) }),
    {},
  ],
  [
    "the policy's rate",
    (url) => ({ PROVIDER_URL: url }),
    { sendsPerSecond: { email: rate, sms: 0, push: 0 } },
  ],
];

for (const [name, variables, policy] of limits) {
  void test(`${name} holds for two consumers together: no more, and about as much; nothing is spent or lost`, async (t) => {
    const world = await newWorld(t, policy);
    const provider = await world.startProvider(SOUND_PROVIDER);
    world.start("dispatcher");
    const consumers = [0, 1].map(() => world.start("email", variables(provider.url)));
    await world.untilStates({ SENT: messages });
    const received = provider.log().map(({ receivedAt }) => Date.parse(receivedAt));
    assert.equal(received.length, messages);
    assertAtRate(received);
    await assertNothingSpent(world);
    for (const { child } of consumers) assert.equal(child.exitCode, null);
  });
}

void test("a provider that asks for patience is left alone by the consumer that it did not tell, too", async (t) => {
  const arrivals: number[] = [];
  let throttledAtMs = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      arrivals.push(performance.now());
      const throttles = throttledAtMs === 0 && arrivals.length > 100;
      if (throttles) throttledAtMs = performance.now();
      response.writeHead(throttles ? 429 : 200, throttles ? { "retry-after": "4" } : {}).end('{"id":"1"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const world = await newWorld(t);
  world.start("dispatcher", { DISPATCH_BATCH: "20", MAX_QUEUED: "40" });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const _ of [0, 1]) world.start("email", { PROVIDER_URL: url, IN_FLIGHT: "10" });
  await world.untilStates({ SENT: messages });
  // A consumer looks at the others' throttling four times a second.
  const meanwhile = arrivals.filter((atMs) => atMs > throttledAtMs + 700 && atMs < throttledAtMs + 3_900);
  assert.ok(throttledAtMs > 0);
  assert.equal(meanwhile.length, 0);
  await assertNothingSpent(world);
});

void test("tokens are given once, in turns, whoever asks when; what a crash takes along is lost", async (t) => {
  const { url } = await testDatabase(t);
  const open = (): ReturnType<typeof connect> =>
    connect({ url, role: "billing_consumer", applicationName: "tests" });
  const clients = await Promise.all([open(), open(), open()]);
  t.after(() => Promise.all(clients.map((client) => client.end())));
  const [first] = clients;
  assert.ok(first);
  await createLimits(first, "email", ["", "a", "b"]);
  await createLimits(first, "email", ["", "a", "b"]);
  const both = [
    { limit: "a", seconds: 0.05 },
    { limit: "", seconds: 0.02 },
    { limit: "b", seconds: 0 },
  ];
  // All three at once, each asking anew when its slice begins, as a purse does.
  const endMs = performance.now() + 3_000;
  const slices = await Promise.all(
    clients.map(async (client) => {
      const begins: number[] = [];
      while (performance.now() < endMs) {
        const granted = await takeTokens(client, "email", both, 0);
        const ofA = granted.find(({ limit }) => limit === "a");
        assert.ok(ofA);
        assert.equal(granted.find(({ limit }) => limit === "b")?.waitMs, 0);
        begins.push(performance.now() + ofA.waitMs);
        await sleep(ofA.waitMs);
      }
      return begins;
    }),
  );
  const slots = slices.flat().toSorted((one, other) => one - other);
  const span = (slots.at(-1) ?? 0) - (slots[0] ?? 0);
  assert.ok(span > (slots.length - 1) * 50 - 100, `${slots.length} slices of 50 ms span ${span} ms`);
  const counts = slices.map(({ length }) => length);
  assert.ok(Math.min(...counts) > 0.6 * Math.max(...counts), `in turns: ${counts.join(", ")}`);
});

void test("patience asked for is read by everybody, and the longer one stays", async (t) => {
  const { connect: open } = await testDatabase(t);
  const client = await open();
  await createLimits(client, "email", ["a"]);
  const look = async (): Promise<number> =>
    (await takeTokens(client, "email", [{ limit: "a", seconds: 0 }], 0))[0]?.throttledMs ?? 0;
  assert.ok((await look()) <= 0);
  await throttleProvider(client, "email", "a", 5_000);
  await throttleProvider(client, "email", "a", 1_000);
  assert.ok((await look()) > 4_000);
});
