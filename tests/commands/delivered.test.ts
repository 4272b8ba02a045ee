import assert from "node:assert/strict";
import { test } from "node:test";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { recallPaused } from "../../database/notifications/recall-paused.ts";
import { setChannelPaused } from "../../database/commands/set-channel-paused.ts";
import { NOTIFICATION_STATES } from "../../notification/notification-row.ts";
import { connect } from "../../platform/postgres.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { noonWorld } from "../delivery/noon-world.ts";
import { setBillingClock, type World } from "../delivery/world.ts";
import { answerOf, delivery } from "./dead.ts";

const address = { period: "2026-10", generation: 1 };
const bill = (number: number): number => billIdOf(address.period, number);

const acceptedKeys = (world: World): string[] =>
  world
    .providerLog()
    .filter(({ kind }) => kind === "accept")
    .map(({ key }) => key)
    .sort();

void test("given up, the contact corrected, redriven: sent once, under a new key; resent: once more", async (t) => {
  const world = await noonWorld(t);
  const { databaseUrl: url } = world;
  await insertLiveGeneration(world.database, address, 3, (n) =>
    n === 3 ? {} : { email: `bounce+${n}@example.com`, channelPlan: "email", phone: null },
  );
  for (const name of ["dispatcher", "email", "sms"]) world.start(name);
  await world.untilStates({ SENT: 1, DEAD: 2 });
  const hopeless = answerOf(await delivery(url, ["redrive", "--all"]));
  assert.equal(hopeless["moved"], 2);
  await world.untilStates({ SENT: 1, DEAD: 2 });
  const { rows: letters } = await world.database.query(
    "select message_generation as m, redriven_at is null as open from dead_letters order by bill_id, 1",
  );
  assert.deepEqual(letters, [
    ...[
      { m: 1, open: false },
      { m: 2, open: true },
    ],
    ...[
      { m: 1, open: false },
      { m: 2, open: true },
    ],
  ]);
  // Member 1 gets the address of member 3, sealed for its own row; member 2 a phone.
  await world.database.query("update members set email_encrypted = null where id = 1");
  await world.database.query("update members set phone_encrypted = $1 where id = 2", [await phoneOf(2)]);
  const converted = answerOf(await delivery(url, ["convert", "--cause", "permanent"]));
  assert.deepEqual([converted["moved"], converted["refused"]], [1, { "no-channel": 1 }]);
  await world.untilStates({ SENT: 2, DEAD: 1 });
  assert.deepEqual(acceptedKeys(world), [`${bill(2)}.g1:sms:m3`, `${bill(3)}.g1:email:m1`].sort());

  assert.equal((await delivery(url, ["resend", String(bill(3)), "--reason", "lost"])).code, 0);
  await world.until("the resent message", () => {
    const keys = acceptedKeys(world);
    return Promise.resolve({ done: keys.includes(`${bill(3)}.g1:email:m2`), seen: keys.join() });
  });
  await world.untilStates({ SENT: 2, DEAD: 1 });
  assert.equal(acceptedKeys(world).length, 3);
  const timeline = await delivery(url, ["timeline", String(bill(2))]);
  const entries = answerOf(timeline)["entries"] as {
    kind: string;
    what: string;
    messageGeneration: number;
  }[];
  assert.deepEqual(
    entries
      .filter(({ kind }) => kind !== "attempt")
      .map((e) => `${e.kind} ${e.what} m${e.messageGeneration}`)
      .sort(),
    [
      ...["command convert m3", "command redrive m2"],
      ...["dead-letter permanent m1", "dead-letter permanent m2", "now SENT m3"],
    ],
  );
  assert.deepEqual(
    entries
      .filter(({ kind }) => kind === "attempt")
      .map((e) => `${e.what} m${e.messageGeneration}`)
      .sort(),
    ["accepted m3", "permanent m1", "permanent m2"],
  );
});

async function phoneOf(member: number): Promise<Buffer> {
  const { createColumnCipher } = await import("../../platform/encryption.ts");
  const { testKeys } = await import("../support/bills.ts");
  const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);
  return cipher.encrypt("01012345678", { table: "members", column: "phone", row: member });
}

void test("forced in quiet hours with a reason it leaves at night; without, in the morning", async (t) => {
  const world = await noonWorld(t);
  await setBillingClock(world.database, "2026-11-02T23:00:00+09:00");
  await insertLiveGeneration(world.database, address, 3, () => ({ dueInSeconds: 86_400 * 5 }));
  for (const name of ["dispatcher", "email"]) world.start(name);
  await delivery(world.databaseUrl, ["force", String(bill(1)), "--even-in-quiet-hours", "--reason", "court"]);
  await delivery(world.databaseUrl, ["force", String(bill(2))]);
  await world.untilStates({ SENT: 1, SCHEDULED: 2 });
  await setBillingClock(world.database, "2026-11-03T07:59:58+09:00");
  await world.untilStates({ SENT: 2, SCHEDULED: 1 });
  assert.deepEqual(acceptedKeys(world), [`${bill(1)}.g1:email:m1`, `${bill(2)}.g1:email:m1`]);
});

void test("a paused channel: nothing is queued, what was queued goes back; resumed, everything is sent once", async (t) => {
  const world = await noonWorld(t);
  await insertLiveGeneration(world.database, address, 300, (n) => (n > 200 ? { channelPlan: "sms" } : {}));
  const dispatcher = world.start("dispatcher", { MAX_QUEUED: "150", DISPATCH_BATCH: "50" });
  await world.untilStates({ QUEUED: 250, SCHEDULED: 50 });
  const paused = await delivery(world.databaseUrl, ["pause", "email", "--reason", "wrong template"]);
  assert.equal(paused.code, 0, paused.stderr);
  await world.untilStates({ QUEUED: 100, SCHEDULED: 200 });
  for (const name of ["email", "sms"]) world.start(name);
  await world.untilStates({ SENT: 100, SCHEDULED: 200 });
  assert.ok(
    acceptedKeys(world).every((key) => key.includes(":sms:")),
    "the stale claim checks were not sent",
  );
  await delivery(world.databaseUrl, ["resume", "email"]);
  await world.untilStates({ SENT: 300 });
  assert.equal(new Set(acceptedKeys(world)).size, 300);
  assert.equal(world.providerLog().length, 300);
  assert.equal(dispatcher.child.exitCode, null);
});

void test("a recall moves the rows that the state machine moves, of paused channels only", async (t) => {
  const { url, connect: open } = await testDatabase(t);
  const owner = await open();
  await insertLiveGeneration(owner, address, NOTIFICATION_STATES.length);
  await owner.query(
    `update notifications n set state = s.state::notification_state, seq = 2
       from unnest($1::text[]) with ordinality as s(state, number) where n.bill_id = $2 + number`,
    [NOTIFICATION_STATES, bill(0)],
  );
  const dispatcher = await connect({ url, role: "billing_dispatcher", applicationName: "tests" });
  t.after(() => dispatcher.end());
  assert.equal(await recallPaused(dispatcher, address, 100), 0);
  for (const [channel, recalled] of [
    ["sms", 0],
    ["email", 1],
  ] as const) {
    await setChannelPaused(owner, { channel, paused: true, actor: "kim", reason: "test" });
    assert.equal(await recallPaused(dispatcher, address, 100), recalled);
  }
  const { rows } = await owner.query<{ state: string }>("select state from notifications order by bill_id");
  const expected = NOTIFICATION_STATES.map((state) => (state === "QUEUED" ? "SCHEDULED" : state));
  assert.deepEqual(
    rows.map(({ state }) => state),
    expected,
  );
  assert.equal((await queueDue(dispatcher, address, "email", 100)).rows.length, 0);
  await setChannelPaused(owner, { channel: "email", paused: false, actor: "kim", reason: "" });
  assert.equal((await queueDue(dispatcher, address, "email", 100)).rows.length, 3);
});
