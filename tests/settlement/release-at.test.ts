import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, test, type TestContext } from "node:test";
import { observeRun } from "../../database/run-ledger/observe-run.ts";
import { firstDue } from "../../notification/due.ts";
import { quietOfMember } from "../../notification/member-quiet.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { connect } from "../../platform/postgres.ts";
import { setBillingClock } from "../delivery/world.ts";
import { cloneOf, expectDone, populatedOriginal, PERIOD, type Carrier } from "./support.ts";

// A release that is reserved is a due_at on every row: nobody has to be there when it comes.

const DAY_MS = 86_400_000;
const address = ["--period", PERIOD, "--generation", "1"];
const policy = { ...DEFAULT_POLICY, holidays: ["2026-11-06"] };
let original = "";

before(async (t) => {
  original = await populatedOriginal(t as TestContext, 200);
});

interface Planned {
  readonly billId: number;
  readonly dueAtMs: number;
  readonly reason: string;
  readonly timeZone: string;
  readonly sendDay: number | null;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
}

function planned(carrier: Carrier, where = "true"): Promise<Planned[]> {
  return carrier.rows<Planned>(
    `select n.bill_id as "billId", extract(epoch from n.due_at)::float8 * 1000 as "dueAtMs", n.reason,
            m.time_zone as "timeZone", m.send_day as "sendDay", m.quiet_start as "quietStart", m.quiet_end as "quietEnd"
       from notifications n join members m on m.id = n.member_id where n.due_at = n.wanted_at and ${where} order by 1`,
  );
}

/** That every message is due exactly when the pure rules say for a release at this instant. */
async function assertPlannedFrom(carrier: Carrier, instant: string, where = "true"): Promise<void> {
  const rows = await planned(carrier, where);
  assert.ok(rows.length > 100);
  for (const row of rows) {
    const quiet = quietOfMember(policy, row);
    const due = firstDue({
      ...{ billId: row.billId, sendDay: row.sendDay, quiet, spreadMinutes: policy.spreadMinutes },
      releasedAtMs: Date.parse(instant),
    });
    assert.deepEqual([row.dueAtMs, row.reason], [due.dueAtMs, due.reason], JSON.stringify(row));
  }
}

test("bills are live at once and messages due from the reserved instant on, which may move until it has come", async (t) => {
  const carrier = await cloneOf(t, original);
  await setBillingClock(carrier.client, "2026-11-02T12:00:00+09:00");
  const digest = await carrier.prove();
  const friday = "2026-11-06T10:00:00+09:00";
  expectDone(await carrier.promote({ digest, policy, releaseAt: Date.parse(friday) }));
  assert.equal(await carrier.value("select state from generations"), "live");
  await assertPlannedFrom(carrier, friday);
  const holiday = await planned(carrier, "m.time_zone = 'Asia/Seoul' and m.send_day is null");
  assert.ok(holiday.every(({ dueAtMs }) => dueAtMs >= Date.parse("2026-11-07T00:00:00+09:00")));
  const operator = await connect({ url: carrier.url, role: "billing_operator", applicationName: "tests" });
  t.after(() => operator.end());
  const runId = await carrier.value<string>("select id from bill_runs");
  const reservedUntil = async (): Promise<number | null> =>
    (await observeRun(operator, runId, 0))?.reservedUntilMs ?? null;
  assert.equal(await reservedUntil(), Date.parse(friday));
  assert.equal(await observeRun(operator, randomUUID(), 0), null);

  // Earlier; what a person has reserved stays where it is.
  const [first] = await planned(carrier);
  await carrier.client.query(
    "update notifications set reason = 'reserved', due_at = due_at + interval '1 day' where bill_id = $1",
    [first?.billId],
  );
  const wednesday = "2026-11-04T10:00:00+09:00";
  const move = (from: string) => carrier.run(["ledger", "release", ...address, "--from", from]);
  const moved = await move(wednesday);
  expectDone(moved);
  assert.match(
    moved.printed.join(""),
    /released from 2026-11-04T01:00:00.000Z on; \d+ messages planned anew/,
  );
  await assertPlannedFrom(carrier, wednesday, "n.reason <> 'reserved'");
  assert.equal(await reservedUntil(), Date.parse(wednesday));
  assert.equal(
    await carrier.value(
      "select extract(epoch from due_at)::float8 * 1000 from notifications where reason = 'reserved'",
    ),
    (first?.dueAtMs ?? 0) + DAY_MS,
  );

  // It has come: neither later nor earlier any more, whoever asks.
  await setBillingClock(carrier.client, "2026-11-04T10:00:01+09:00");
  assert.equal(await reservedUntil(), null);
  const late = await move(friday);
  expectDone(late);
  assert.match(late.printed.join(""), /released already/);
  await assertPlannedFrom(carrier, wednesday, "n.reason <> 'reserved'");
  const unclear = await move("2026-11-09T10:00:00");
  assert.notEqual(unclear.code, 0);
  assert.match(unclear.error, /is a time of no place/);
});

test("a generation that waits for a person is released for an instant, or at once although one was reserved", async (t) => {
  const carrier = await cloneOf(t, original);
  await setBillingClock(carrier.client, "2026-11-02T12:00:00+09:00");
  const digest = await carrier.prove();
  expectDone(await carrier.promote({ digest, policy, release: "manual" }));
  const later = "2026-11-09T10:00:00+09:00";
  expectDone(await carrier.run(["ledger", "release", ...address, "--from", later]));
  await assertPlannedFrom(carrier, later);
  assert.notEqual(await carrier.value("select released_at from generations"), null);
  await setBillingClock(carrier.client, "2026-11-03T12:00:00+09:00");
  expectDone(await carrier.run(["ledger", "release", ...address, "--from", "now"]));
  const rows = await planned(carrier, "n.reason = 'released'");
  const noonMs = Date.parse("2026-11-03T12:00:00+09:00");
  assert.ok(rows.length > 50 && rows.every(({ dueAtMs }) => dueAtMs >= noonMs && dueAtMs < noonMs + 60_000));
  assert.equal(await carrier.value("select release_at from generations"), null);
});

test("messages are overdue when their own day is past by the deadline, however often they were tried since", async (t) => {
  const carrier = await cloneOf(t, original);
  await setBillingClock(carrier.client, "2026-11-02T12:00:00+09:00");
  await carrier.goLive();
  const operator = await connect({ url: carrier.url, role: "billing_operator", applicationName: "tests" });
  t.after(() => operator.end());
  const runId = await carrier.value<string>("select id from bill_runs");
  const overdue = async (): Promise<number> => (await observeRun(operator, runId, 0))?.overdue ?? -1;
  const atOnce = await carrier.value<number>(
    "select count(*) from notifications where wanted_at < '2026-11-04'",
  );
  const all = await carrier.value<number>("select count(*) from notifications");
  assert.ok(atOnce > 50 && atOnce < all, `${atOnce} of ${all} at once, the others on their send day`);
  await setBillingClock(carrier.client, "2026-11-08T12:00:00+09:00");
  assert.equal(await overdue(), 0);
  await setBillingClock(carrier.client, "2026-11-11T12:00:00+09:00");
  // Send days within these days had their own seven.
  assert.equal(await overdue(), atOnce);
  await carrier.client.query(
    "update notifications set state = 'QUEUED', reason = 'retry', due_at = '2026-11-11T12:00:00+09:00' where wanted_at < '2026-11-04'",
  );
  assert.equal(await overdue(), atOnce);
  await carrier.client.query("update notifications set state = 'SENT' where wanted_at < '2026-11-04'");
  assert.equal(await overdue(), 0);
  await setBillingClock(carrier.client, "2027-02-01T12:00:00+09:00");
  assert.equal(await overdue(), all - atOnce);
  await carrier.client.query(
    `update generations set notification_policy = notification_policy || '{"deliverWithinMs": 0}'`,
  );
  assert.equal(await overdue(), 0);
});
