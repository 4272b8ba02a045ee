import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { freePort } from "../../local/free-port.ts";
import { deliveryInvariants } from "../../local/invariants/check-invariants.ts";
import { createWorld, setBillingClock, type World } from "../delivery/world.ts";
import { testKafka } from "../support/kafka.ts";
import { insertLiveGeneration, testPolicy, type TestMember } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { address, receiptKeys } from "./stage.ts";

const noonInSeoul = "2026-11-02T12:00:00+09:00";

interface ReceiptWorld extends World {
  readonly port: number;
  readonly simulator: () => Promise<{
    readonly due: number;
    readonly kept: number;
    readonly waiting: number;
  }>;
  readonly startReceipts: (extra?: Readonly<Record<string, string>>) => ReturnType<World["start"]>;
}

/** A provider that tells, and where it tells it to; `receipts` is not started yet. */
async function newWorld(t: TestContext, options: readonly string[]): Promise<ReceiptWorld> {
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, noonInSeoul);
  const [port, provider] = [await freePort(), await freePort()];
  const told = ["--receipt-url", `http://127.0.0.1:${port}/v1/receipts`, "--receipt-key", receiptKeys];
  const simulator = [
    "--port",
    String(provider),
    "--delay-ms",
    "50",
    "--failure-rate",
    "0",
    ...told,
    ...options,
  ];
  simulator.push("--clock-offset-ms", String(Date.parse(noonInSeoul) - Date.now()));
  const world = await createWorld(t, { databaseUrl: url, bootstrap, database }, simulator);
  return {
    ...world,
    port,
    simulator: async () =>
      (await (await fetch(`http://127.0.0.1:${provider}/receipts`)).json()) as Awaited<
        ReturnType<ReceiptWorld["simulator"]>
      >,
    startReceipts: (extra = {}) =>
      world.start("receipts", {
        ...{ DATABASE_ROLE: "billing_receipts", RECEIPT_KEYS: receiptKeys, RECEIPTS_PORT: String(port) },
        ...{ RECEIPTS_HOST: "127.0.0.1", ...extra },
      }),
  };
}

async function untilAllTold(world: ReceiptWorld): Promise<void> {
  await world.until("every receipt kept and every message at its end", async () => {
    const { waiting } = await world.simulator();
    const { rows } = await world.database.query<{ open: number; unmatched: number }>(
      `select (select count(*) from notifications where state not in ('SENT', 'DELIVERED', 'DEAD')) as open,
              (select count(*) from receipts where effect is null) as unmatched`,
    );
    const seen = { waiting, ...rows[0] };
    return {
      done: waiting + (rows[0]?.open ?? 1) + (rows[0]?.unmatched ?? 1) === 0,
      seen: JSON.stringify(seen),
    };
  });
}

async function count(world: World, query: string): Promise<number> {
  const { rows } = await world.database.query<{ n: number }>(`select count(*) as n from ${query}`);
  return rows[0]?.n ?? -1;
}

/** The invariants, with the provider's log as the witness; what was told is on the log's side of them. */
async function assertInvariants(world: ReceiptWorld, logFile: string): Promise<void> {
  const witnesses = { providerLog: logFile, releasedAtMs: Date.parse(noonInSeoul), policy: testPolicy };
  const invariants = await deliveryInvariants(world.database, address, witnesses);
  for (const { name, holds, detail } of invariants) assert.ok(holds, `${name}: ${detail}`);
}

test("members whose e-mail bounces get an SMS, complaints are not mailed again, and the counts agree", async (t) => {
  const members = 300;
  const memberOf = (number: number): TestMember => {
    if (number % 10 === 1) return { email: `gone+${number}@example.com` };
    if (number % 10 === 2) return { email: `spam+${number}@example.com` };
    if (number === 33) return { email: "gone+33@example.com", phone: null, channelPlan: "email" };
    if (number === 44) return { email: "gone+44@example.com", phone: "01066660044" };
    return {};
  };
  const world = await newWorld(t, [
    ...["--receipt-delay-ms", "0", "--receipt-shuffle-ms", "600", "--receipt-repeats", "0.3"],
    ...["--receipt-without-key", "0.3", "--receipt-soft-bounced", "0.1"],
  ]);
  await insertLiveGeneration(world.database, address, members, memberOf);
  for (const name of ["dispatcher", "email", "sms"]) world.start(name);
  world.startReceipts({ SWEEP_INTERVAL_MS: "200" });
  await untilAllTold(world);

  assert.deepEqual(await world.states(), { DELIVERED: 298, DEAD: 2 });
  assert.equal(await count(world, "notifications where state = 'DELIVERED' and channel = 'sms'"), 30);
  assert.equal(await count(world, "notifications where bounced like 'email%' and channel = 'sms'"), 31);
  assert.equal(await count(world, "notifications where reason = 'bounced' and state = 'DEAD'"), 2);
  assert.equal(await count(world, "dead_letters where cause = 'bounced' and redriven_at is null"), 2);
  assert.equal(await count(world, "suppressions where channel = 'email' and reason = 'hard-bounce'"), 32);
  assert.equal(await count(world, "suppressions where channel = 'email' and reason = 'complaint'"), 30);
  assert.equal(await count(world, "suppressions where channel = 'sms'"), 1);
  const accepts = world.providerLog().filter(({ kind }) => kind === "accept");
  assert.equal(accepts.length, members + 31, "each member once, and once more by SMS whose e-mail bounced");
  const { due } = await world.simulator();
  assert.equal(await count(world, "receipts"), due, "each receipt once, however often it came");
  await assertInvariants(world, world.logFile);

  // The next generation knows whom not to mail; those planned before are stopped at the claim.
  const next = { period: "2026-11", generation: 1 };
  await insertLiveGeneration(world.database, next, members, memberOf);
  await world.until("the next month at its end", async () => {
    const { rows } = await world.database.query<{ open: number }>(
      `select count(*) as open from notifications
        where bill_id / 10000000000 = 202611 and state not in ('DELIVERED', 'DEAD')`,
    );
    return { done: rows[0]?.open === 0, seen: JSON.stringify(rows) };
  });
  const mailed = world
    .providerLog()
    .filter(({ key, channel }) => key.startsWith("202611") && channel === "email");
  assert.equal(mailed.length, members - 62, "nobody whose address bounced or complained");
  assert.equal(
    await count(world, "notifications where bill_id / 10000000000 = 202611 and state = 'DEAD'"),
    2,
  );
  assert.equal(await count(world, "dead_letters where cause = 'no-contact' and detail = 'suppressed'"), 2);
});

test("receipts killed and consumers killed on the way: nothing lost, nothing applied twice", async (t) => {
  const members = 400;
  const world = await newWorld(t, [
    ...["--receipt-delay-ms", "20", "--receipt-shuffle-ms", "300", "--receipt-repeats", "0.3"],
    ...["--receipt-bounced", "0.2", "--receipt-complained", "0.1", "--unknown-rate", "0.05"],
  ]);
  await insertLiveGeneration(world.database, address, members);
  for (const name of ["dispatcher", "sms"]) world.start(name);
  world.start("email", { FAULT_POINT: "consumer.after-send", IN_FLIGHT: "20" });
  for (const point of ["receipts.before-commit", "receipts.after-commit"]) {
    const killed = world.startReceipts({ FAULT_POINT: point });
    world.start("email", { IN_FLIGHT: "20" });
    assert.equal(await killed.ended, "SIGKILL", killed.stderr());
  }
  world.startReceipts();
  await untilAllTold(world);
  const { due } = await world.simulator();
  assert.equal(await count(world, "receipts"), due);
  assert.equal(await count(world, "notifications where state not in ('DELIVERED', 'DEAD')"), 0);
  assert.equal(
    await count(
      world,
      "notifications n where (n.state = 'DEAD') <> exists (select from dead_letters d where d.bill_id = n.bill_id and d.redriven_at is null)",
    ),
    0,
  );
  const bounced = await count(world, "receipts where kind = 'hard-bounce'");
  assert.ok(bounced > 40, String(bounced));
  assert.equal(await count(world, "receipts where kind = 'hard-bounce' and effect <> 'moved'"), 0);
  await assertInvariants(world, world.logFile);
});
