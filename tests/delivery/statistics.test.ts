import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { claimDeliverableBills } from "../../database/deliverable-bills/claim.ts";
import { countsAgree } from "../../database/invariants/counts-agree.ts";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { writeResults, type ResultRow } from "../../database/notifications/write-results.ts";
import { cancelNotifications } from "../../database/run-ledger/cancel-notifications.ts";
import { observeNotifications } from "../../database/run-ledger/observe-notifications.ts";
import { dueHistogram } from "../../database/statistics/due-histogram.ts";
import { foldCounts } from "../../database/statistics/fold-counts.ts";
import { messageCounts } from "../../database/statistics/message-counts.ts";
import { oldestMessages } from "../../database/statistics/oldest-messages.ts";
import { sendResults } from "../../database/statistics/send-results.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { giveUp } from "../commands/dead.ts";
import { runProgram } from "../jobs/running.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { setBillingClock } from "./world.ts";

const address = { period: "2026-10", generation: 1 };
const noon = "2026-11-02T03:00:00Z";

/** 100 messages: 60 due, 30 in two hours, 10 tomorrow. */
async function month(t: TestContext): Promise<{ readonly url: string; readonly client: Client }> {
  const { url, connect: open } = await testDatabase(t);
  const client = await open();
  await setBillingClock(client, noon);
  const dueInSeconds = (number: number): number => (number <= 60 ? -60 : number <= 90 ? 7_200 : 86_400);
  await insertLiveGeneration(client, address, 100, (number) => ({ dueInSeconds: dueInSeconds(number) }));
  return { url, client };
}

/** Queues and claims what is due; of those claimed, 20 stay SENDING, 5 are dead, 5 unknown, the others sent. */
async function deliverSome(client: Client): Promise<void> {
  const { rows } = await queueDue(client, address, "email", 50);
  const claimed = await claimDeliverableBills(client, {
    ...{ ...address, channel: "email", contact: "email" as const, leaseMs: 60_000 },
    billIds: rows.slice(0, 40).map(({ billId }) => billId),
    seqs: rows.slice(0, 40).map(({ seq }) => seq),
    providers: ["a"],
    chosen: rows.slice(0, 40).map(() => 0),
  });
  const ends = ["DEAD", "UNKNOWN", "SENT", "SENT"] as const;
  const ended = claimed.slice(0, 20).map((bill, at) => ({ bill, state: ends[at % 4] ?? "SENT" }));
  await writeResults(client, address, {
    results: ended.map(({ bill, state }): ResultRow => ({
      ...{ billId: bill.billId, messageGeneration: 1, seq: bill.seq, state, channel: "email", attempt: 1 },
      ...{
        unknownOutcomes: state === "UNKNOWN" ? 1 : 0,
        reason: state.toLowerCase(),
        provider: "a",
        providerMessageId: null,
        addressIndex: null,
      },
      dueAtMs: state === "UNKNOWN" ? bill.nowMs + 60_000 : null,
    })),
    attempts: ended.map(({ bill, state }) => ({
      ...{ billId: bill.billId, messageGeneration: 1, channel: "email", attempt: 1, seq: bill.seq },
      ...{ provider: "a" },
      ...{ outcome: state === "SENT" ? "accepted" : "permanent", detail: "", providerMessageId: null },
      addressIndex: null,
      ...{ startedAtMs: bill.nowMs, durationMs: 200 },
    })),
    deadLetters: [],
  });
}

async function assertAgree(client: Client): Promise<void> {
  const { holds, detail } = await countsAgree(client, address);
  assert.ok(holds, detail);
}

async function byState(client: Client): Promise<Record<string, number>> {
  const states: Record<string, number> = {};
  for (const { state, messages } of await messageCounts(client, address)) {
    states[state] = (states[state] ?? 0) + messages;
  }
  return states;
}

test("counts follow every move, folded or not, also when a statement names the leaf", async (t) => {
  const { client } = await month(t);
  assert.deepEqual(await byState(client), { SCHEDULED: 100 });
  await deliverSome(client);
  const expected = { SCHEDULED: 50, QUEUED: 10, SENDING: 20, DEAD: 5, UNKNOWN: 5, SENT: 10 };
  assert.deepEqual(await byState(client), expected);
  await assertAgree(client);
  const before = await client.query<{ rows: number }>("select count(*) as rows from notification_counts");
  await foldCounts(client, 1);
  const after = await client.query<{ rows: number }>("select count(*) as rows from notification_counts");
  assert.ok((after.rows[0]?.rows ?? 0) < (before.rows[0]?.rows ?? 0));
  assert.deepEqual(await byState(client), expected);
  assert.deepEqual(await observeNotifications(client, address), {
    ...{ scheduled: 50, queued: 10, inFlight: 25, sent: 10, dead: 5, dropped: 0 },
  });
  await client.query("update notifications_2026_10_g1 set reason = 'by hand' where state = 'SENT'");
  await cancelNotifications(client, address);
  await client.query("delete from notifications where state = 'DEAD'");
  await assertAgree(client);
  assert.deepEqual(await byState(client), { CANCELLED: 60, SENDING: 20, SENT: 10, UNKNOWN: 5 });
});

test("a statement that is rolled back is not counted, and folding at the same time loses nothing", async (t) => {
  const { url, client } = await month(t);
  const other = await connect({ url, applicationName: "tests" });
  t.after(() => other.end());
  await client.query("begin");
  await queueDue(client, address, "email", 20);
  await foldCounts(other, 1);
  assert.deepEqual(await byState(other), { SCHEDULED: 100 });
  await client.query("rollback");
  await assertAgree(client);
  await client.query("begin");
  await queueDue(client, address, "email", 20);
  await foldCounts(other, 1);
  await client.query("commit");
  await Promise.all([foldCounts(client, 1), foldCounts(other, 1)]);
  assert.deepEqual(await byState(other), { SCHEDULED: 80, QUEUED: 20 });
  await assertAgree(client);
});

test("what is due when, how sends ended, and the oldest of each open state", async (t) => {
  const { client } = await month(t);
  await deliverSome(client);
  await giveUp(client, address, [91]);
  const due = await dueHistogram(client, address);
  assert.deepEqual(
    due.map(({ hour, reason, messages }) => [hour.toISOString().slice(0, 13), reason, messages]),
    [
      ["2026-11-02T02", "released", 10],
      ["2026-11-02T03", "unknown", 5],
      ["2026-11-02T05", "released", 30],
      ["2026-11-03T03", "released", 9],
    ],
  );
  const sends = await sendResults(client, address, { spanMinutes: 60, since: null });
  assert.deepEqual(
    sends.map(({ from, ...rest }) => [from.toISOString(), ...Object.values(rest)]),
    [
      ["2026-11-02T03:00:00.000Z", "email", "accepted", 10, 200],
      ["2026-11-02T03:00:00.000Z", "email", "permanent", 10, 200],
    ],
  );
  const since = new Date("2026-11-02T04:00:00Z");
  assert.deepEqual(await sendResults(client, address, { spanMinutes: 60, since }), []);
  await client.query(
    `update notifications set updated_at = clock_timestamp() - interval '1 hour' where state in ('QUEUED', 'SENDING')`,
  );
  const states = ["SCHEDULED", "UNKNOWN", "QUEUED", "SENDING"] as const;
  const oldest = await oldestMessages(client, address, [
    ...states.map((state) => ({ state, channel: "email" })),
    { state: "DEAD", channel: "sms" },
  ]);
  const seen = oldest.map(({ state, channel, ageMs }) => `${state} ${channel} ${Math.round(ageMs / 60_000)}`);
  assert.deepEqual(seen, [
    "SCHEDULED email 1",
    "UNKNOWN email -1",
    "QUEUED email 60",
    "SENDING email 60",
    "DEAD sms 0",
  ]);
  assert.equal(oldest.at(-1)?.billId, billIdOf("2026-10", 91));
});

test("`delivery statistics` shows it as tables and as JSON, by a role that may not write it", async (t) => {
  const { url, client } = await month(t);
  await deliverSome(client);
  const run = (...args: string[]): ReturnType<typeof runProgram> =>
    runProgram(["delivery", "statistics", ...args], { DATABASE_URL: url, LOG_LEVEL: "info" });
  const text = await run("--period", "2026-10");
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /2026-10 +│ 1 +│ SENDING +│ email +│ released +│ 20 /);
  assert.match(text.stdout, /QUEUED +│ email +│ 10 +│ 20261000000000\d\d/);
  const json = await run("--json", "--view", "queue");
  const { queue, messages } = JSON.parse(json.stdout) as {
    queue: { state: string; messages: number }[];
    messages?: [];
  };
  assert.equal(messages, undefined);
  assert.deepEqual(Object.fromEntries(queue.map((row) => [row.state, row.messages])), {
    ...{ SCHEDULED: 50, QUEUED: 10, SENDING: 20, UNKNOWN: 5, DEAD: 5 },
  });
  const nothing = await run("--period", "2026-09", "-o", "json");
  assert.deepEqual((JSON.parse(nothing.stdout) as { messages: [] }).messages, []);
  for (const role of ["billing_admin", "billing_consumer", "billing_dispatcher", "billing_operator"]) {
    const as = await connect({ url, role, applicationName: "tests" });
    t.after(() => as.end());
    await assert.rejects(as.query("update notification_counts set messages = 0"), { code: "42501" }, role);
    await assert.rejects(as.query("delete from send_counts"), { code: "42501" }, role);
  }
});
