import assert from "node:assert/strict";
import { test } from "node:test";
import { claimDeliverableBills } from "../../database/deliverable-bills/claim.ts";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { writeExpiredLeases } from "../../database/notifications/write-expired-leases.ts";
import { writeResults, type ResultRow } from "../../database/notifications/write-results.ts";
import type { SendOutcome } from "../../notification/notification-event.ts";
import { NOTIFICATION_STATES, type NotificationRow } from "../../notification/notification-row.ts";
import { providerAfterFailure } from "../../notification/provider-choice.ts";
import { DEFAULT_LADDERS } from "../../notification/retry-ladder.ts";
import { transition } from "../../notification/state.ts";
import type { Client } from "../../platform/postgres.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

const address = { period: "2026-10", generation: 1 };
const rules = { ladders: DEFAULT_LADDERS, maxUnknownOutcomes: 5, quiet: { zone: "UTC", windows: [] } };
const nowMs = Date.now();
const dueAtMs = nowMs - 60_000;

/** Every third has an unknown outcome behind it. */
function unknownOutcomesOf(number: number): number {
  return number % 3 === 0 ? 1 : 0;
}

/** A row in each state, queued twice before; row n stands in the n-th state. */
function rowIn(state: NotificationRow["state"], number: number): NotificationRow {
  const message = {
    billId: billIdOf(address.period, number),
    generation: address.generation,
    messageGeneration: 1,
    channel: "email" as const,
    fallbacks: ["sms" as const],
    attempt: 1,
    seq: 2,
    unknownOutcomes: unknownOutcomesOf(number),
    provider: number % 2 === 0 ? "a" : null,
  };
  switch (state) {
    case "SCHEDULED":
      return { ...message, state, dueAtMs, reason: "retry" };
    case "UNKNOWN":
      return { ...message, state, dueAtMs };
    case "SENDING":
      return { ...message, state, leaseUntilMs: nowMs + 60_000 };
    case "DEAD":
      return { ...message, state, cause: "exhausted" };
    default:
      return { ...message, state };
  }
}

const rows = [...NOTIFICATION_STATES, ...NOTIFICATION_STATES, ...queuedThrice()].map((state, index) =>
  rowIn(state, index + 1),
);

/** With and without an unknown outcome, bound to a provider and free. */
function queuedThrice(): NotificationRow["state"][] {
  return Array.from({ length: 6 }, () => "QUEUED");
}

async function arrange(client: Client): Promise<void> {
  await insertLiveGeneration(client, address, rows.length);
  await client.query(
    `update notifications n set state = s.state::notification_state, seq = 2, attempt = 1,
            unknown_outcomes = s.unknowns, provider = s.provider
       from unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) as s(bill_id, state, unknowns, provider)
      where n.bill_id = s.bill_id`,
    [
      rows.map(({ billId }) => billId),
      rows.map(({ state }) => state),
      rows.map(({ unknownOutcomes }) => unknownOutcomes),
      rows.map(({ provider }) => provider),
    ],
  );
}

/** State and seq of every row, by its first state. */
async function stand(client: Client): Promise<string[]> {
  const found = await client.query<{ state: string; seq: number; attempt: number; provider: string | null }>(
    "select state, seq, attempt, provider from notifications order by bill_id",
  );
  return found.rows.map(
    ({ state, seq, attempt, provider }, at) =>
      `${rows[at]?.state ?? ""}: ${state} ${seq} ${attempt} ${provider ?? "-"}`,
  );
}

/** What the state machine makes of the same rows. */
function decided(decide: (row: NotificationRow) => ReturnType<typeof transition>): string[] {
  return rows.map((row) => {
    const result = decide(row);
    const next = result.kind === "moved" ? result.row : row;
    return `${row.state}: ${next.state} ${next.seq} ${next.attempt} ${next.provider ?? "-"}`;
  });
}

void test("queueing what is due moves the rows that the state machine moves", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await arrange(client);
  await queueDue(client, address, "email", 100);
  assert.deepEqual(
    await stand(client),
    decided((row) => transition(row, { kind: "due", nowMs }, rules)),
  );
});

void test("queueing leaves alone what lies at the same place of another month's or generation's table", async (t) => {
  const client = await (await testDatabase(t)).connect();
  const others = [
    { period: "2026-10", generation: 2 },
    { period: "2026-11", generation: 1 },
  ];
  for (const one of [address, ...others]) {
    await client.query("update generations set state = 'superseded'");
    await insertLiveGeneration(client, one, 20);
  }
  const { rows: queued } = await queueDue(client, address, "email", 5);
  assert.equal(queued.length, 5);
  const { rows: found } = await client.query(
    `select tableoid::regclass::text as leaf, count(*) filter (where state = 'QUEUED') as queued
       from notifications group by 1 order by 1`,
  );
  assert.deepEqual(found, [
    { leaf: "notifications_2026_10_g1", queued: 5 },
    { leaf: "notifications_2026_10_g2", queued: 0 },
    { leaf: "notifications_2026_11_g1", queued: 0 },
  ]);
});

for (const seq of [1, 2, 3]) {
  void test(`a claim with seq ${seq} of rows with seq 2 moves the rows that the state machine moves`, async (t) => {
    const client = await (await testDatabase(t)).connect();
    await arrange(client);
    const billIds = rows.map(({ billId }) => billId);
    const seqs = rows.map(() => seq);
    const providers = ["first", "second"];
    const chosen = billIds.map((_, at) => at % 2);
    const contact = { channel: "email", contact: "email" } as const;
    const request = { ...address, ...contact, billIds, seqs, leaseMs: 60_000 };
    const claimed = await claimDeliverableBills(client, { ...request, providers, chosen });
    assert.deepEqual(
      await stand(client),
      decided((row) => {
        const choice = providers[chosen[billIds.indexOf(row.billId)] ?? 0] ?? "";
        const provider = { chosen: choice, first: "first" };
        return transition(row, { kind: "claim", seq, provider, nowMs, leaseUntilMs: nowMs + 60_000 }, rules);
      }),
    );
    assert.equal(new Set(claimed.map(({ provider }) => provider)).size, seq === 2 ? 3 : 0);
  });

  for (const outcome of [{ kind: "accepted" }, { kind: "transient" }] as const) {
    void test(`a result "${outcome.kind}" with seq ${seq} moves the rows that the state machine moves`, async (t) => {
      const client = await (await testDatabase(t)).connect();
      await arrange(client);
      const results = rows.map((row) => ({
        ...resultOf(row.billId, seq, outcome),
        provider: outcome.kind === "accepted" ? "b" : providerAfterFailure(row),
      }));
      await writeResults(client, address, { results, attempts: [], deadLetters: [] });
      const event = {
        kind: "outcome",
        seq,
        messageGeneration: 1,
        channel: "email",
        provider: "b",
        nowMs,
        outcome,
      } as const;
      const expected = decided((row) => transition(row, { ...event, mayFallBack: true }, rules));
      assert.deepEqual(await stand(client), expected);
    });
  }
}

/** What a consumer writes whose claim was of `seq`. */
function resultOf(billId: number, seq: number, outcome: SendOutcome): ResultRow {
  const accepted = outcome.kind === "accepted";
  return {
    billId,
    messageGeneration: 1,
    seq,
    state: accepted ? "SENT" : "SCHEDULED",
    channel: "email",
    attempt: 1,
    unknownOutcomes: 0,
    provider: null,
    reason: accepted ? "sent" : "retry",
    dueAtMs: accepted ? null : nowMs,
    providerMessageId: null,
  };
}

void test("writing the same results twice records each attempt once", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await arrange(client);
  const sending = rows.find(({ state }) => state === "SENDING");
  assert.ok(sending);
  const attempt = {
    ...{
      billId: sending.billId,
      messageGeneration: 1,
      channel: "email",
      provider: "a",
      attempt: 1,
      seq: 2,
      outcome: "accepted",
    },
    ...{ detail: "http-200", providerMessageId: "p-1", startedAtMs: nowMs, durationMs: 1_000 },
    addressIndex: Buffer.from("of the address"),
  };
  const batch = {
    results: [resultOf(sending.billId, 2, { kind: "accepted" })],
    attempts: [attempt],
    deadLetters: [],
  };
  assert.deepEqual([...(await writeResults(client, address, batch))], [sending.billId]);
  assert.deepEqual([...(await writeResults(client, address, batch))], []);
  const { rows: recorded } = await client.query(
    "select outcome, provider, provider_message_id from notification_attempts",
  );
  assert.deepEqual(recorded, [{ outcome: "accepted", provider: "a", provider_message_id: "p-1" }]);
});

void test("a message withdrawn while it was being sent is not tried again, but an acceptance counts", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await arrange(client);
  await client.query("update notifications set state = 'SENDING', withdrawn = true");
  const [first, second] = rows.map(({ billId }) => billId);
  assert.ok(first !== undefined && second !== undefined);
  const results = [resultOf(first, 2, { kind: "transient" }), resultOf(second, 2, { kind: "accepted" })];
  const moved = await writeResults(client, address, { results, attempts: [], deadLetters: [] });
  assert.deepEqual([...moved], [second]);
  await writeExpiredLeases(client, address, [rowIn("UNKNOWN", 3)]);
  const { rows: found } = await client.query<{ state: string }>(
    "select state from notifications order by bill_id limit 3",
  );
  assert.deepEqual(
    found.map(({ state }) => state),
    ["SUPERSEDED", "SENT", "SUPERSEDED"],
  );
});

void test("a late success takes back nothing that was counted since its claim", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await arrange(client);
  await client.query(
    "update notifications set state = 'SENDING', seq = 3, attempt = 2, unknown_outcomes = 1",
  );
  const billId = rows[0]?.billId ?? 0;
  const results = [resultOf(billId, 2, { kind: "accepted" })];
  await writeResults(client, address, { results, attempts: [], deadLetters: [] });
  const { rows: found } = await client.query(
    "select state, seq, attempt, unknown_outcomes from notifications where bill_id = $1",
    [billId],
  );
  assert.deepEqual(found, [{ state: "SENT", seq: 3, attempt: 2, unknown_outcomes: 1 }]);
});
