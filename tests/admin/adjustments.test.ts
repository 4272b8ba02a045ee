import assert from "node:assert/strict";
import { test } from "node:test";
import { setBillingClock } from "../delivery/world.ts";
import { digestOf, expectDone, PERIOD, TARIFF, type Carrier } from "../settlement/support.ts";
import { startSettled } from "./settled.ts";

const path = "/api/v1/adjustments";
const november = "2026-11";

interface Line {
  readonly billId: number;
  readonly code: string;
  readonly amount: number;
}

/** Lines of adjustments on the bills of a month. */
function adjusted(carrier: Carrier, period: string): Promise<Line[]> {
  const month = Number(period.replace("-", ""));
  return carrier.rows<Line>(
    `select i.bill_id as "billId", c.code, i.amount_minor as amount
       from bill_items i join item_codes c on c.id = i.code_id
      where c.code like 'adjustment:%' and i.bill_id / 10000000000 = $1 order by 1, 3`,
    [month],
  );
}

const anyAccount = (carrier: Carrier): Promise<number> => carrier.value("select min(id) from accounts");

/** Settles November in processes of their own, and promotes it. */
async function settleNovember(carrier: Carrier): Promise<void> {
  const address = ["--period", november, "--generation", "1"];
  const run = ["--name", "november", "--period", november, "--tariff", TARIFF, "--partitions", "1"];
  expectDone(await carrier.run(["prepare", ...run]));
  expectDone(await carrier.run(["settle", ...address, "--partition", "0"]));
  const proof = await carrier.run(["verify", ...address]);
  expectDone(proof);
  expectDone(await carrier.run(["promote", ...address, "--digest", digestOf(proof)]));
}

void test("an adjustment is on the bill of its month; a large one only when somebody else approved it", async (t) => {
  const { admin, carrier } = await startSettled(t, { live: false });
  await setBillingClock(admin.owner, "2026-10-20T12:00:00+09:00");
  await admin.owner.query("delete from adjustments");
  const ids = await carrier.rows<{ id: number }>(
    "select a.id from accounts a join subscriptions s on s.account_id = a.id where s.ended_on is null and s.started_on < '2026-10-01' group by 1 order by 1 limit 3",
  );
  const [one = 0, two = 0, three = 0] = ids.map(({ id }) => id);
  const order = { period: PERIOD, kind: "taxable", reason: "roaming that was none" };
  const both = await admin.as("operator", "approver");
  const approver = await admin.as("approver");
  const viewer = await admin.as("viewer");
  assert.equal(
    (await viewer.send("POST", path, { ...order, accountId: one, amountMinor: "-5" })).status,
    403,
  );
  const small = await both.send("POST", path, { ...order, accountId: one, amountMinor: "-500" });
  assert.deepEqual([small.body.state, small.body.createdBy], ["recorded", "operator.approver"], small.text);
  const large = await both.send("POST", path, { ...order, accountId: two, amountMinor: "-50001" });
  const never = await both.send("POST", path, { ...order, accountId: three, amountMinor: "-60000" });
  assert.deepEqual([large.body.state, never.body.state], ["pending", "pending"]);
  const approve = `${path}/${large.body.adjustmentId}/approve`;
  const own = await both.send("POST", approve, {});
  assert.deepEqual([own.status, own.body.code], [409, "maker-is-checker"]);
  assert.equal((await viewer.send("POST", approve, {})).status, 403);
  assert.equal((await approver.send("POST", approve, {})).body.decidedBy, "approver");
  const again = await approver.send("POST", approve, {});
  assert.deepEqual([again.status, again.body.code], [409, "decided-already"]);
  const { body: decided } = await viewer.get(`${path}/${large.body.adjustmentId}`);
  assert.deepEqual(
    [decided.accountId, decided.amountMinor, decided.state, decided.createdBy, decided.decidedBy],
    [two, "-50001", "recorded", "operator.approver", "approver"],
  );
  assert.equal((await viewer.get(`${path}/999999`)).status, 404);
  const waiting = await viewer.get(`${path}?state=pending`);
  assert.deepEqual(
    waiting.body.items.map(({ adjustmentId }: { adjustmentId: number }) => adjustmentId),
    [never.body.adjustmentId],
  );

  await carrier.goLive();
  const base = Number(PERIOD.replace("-", "")) * 1e10;
  const lines = await adjusted(carrier, PERIOD);
  assert.deepEqual(
    lines,
    [
      { billId: base + one, code: "adjustment:taxable", amount: -500 },
      { billId: base + two, code: "adjustment:taxable", amount: -50_001 },
    ].sort((a, b) => a.billId - b.billId),
  );
  const late = await both.send("POST", path, { ...order, accountId: one, amountMinor: "-500" });
  assert.deepEqual([late.status, late.body.code], [409, "period-billed"]);
  const tooLate = await approver.send("POST", `${path}/${never.body.adjustmentId}/approve`, {});
  assert.deepEqual([tooLate.status, tooLate.body.code], [409, "period-billed"]);
  const rejected = await approver.send("POST", `${path}/${never.body.adjustmentId}/reject`, {
    reason: "too late",
  });
  assert.equal(rejected.body.state, "rejected");
});

void test("an adjustment that cannot be is refused by field, and one for a far month by its month", async (t) => {
  const { admin, carrier } = await startSettled(t, { members: 1, live: false });
  await setBillingClock(admin.owner, "2026-10-20T12:00:00+09:00");
  const operator = await admin.as("operator");
  const good = {
    accountId: await anyAccount(carrier),
    period: PERIOD,
    kind: "final",
    amountMinor: "100",
    reason: "x",
  };
  const wrong = [
    { amountMinor: "0" },
    { amountMinor: "1.5" },
    { amountMinor: 100 },
    { kind: "tax" },
    { reason: " " },
    { accountId: 999 },
  ];
  for (const change of wrong) {
    const { status, body } = await operator.send("POST", path, { ...good, ...change });
    assert.deepEqual([status, body.errors[0].field], [400, Object.keys(change)[0]]);
  }
  for (const period of ["2028-01", "2025-01"]) {
    const { status, body } = await operator.send("POST", path, { ...good, period });
    assert.deepEqual([status, body.code], [409, "period-too-far"]);
  }
});

void test("credit notes of a bill are never more than the bill, also two at once, and stand on the next month's", async (t) => {
  const { admin, carrier } = await startSettled(t, { members: 10 });
  await setBillingClock(admin.owner, "2026-11-20T12:00:00+09:00");
  const [bill] = await carrier.rows<{ id: number; total: number; account: number }>(
    `select bill_id as id, total_minor as total, account_id as account from bills b
      where total_minor between 10000 and 50000
        and exists (select from subscriptions s where s.account_id = b.account_id and s.ended_on is null)
      order by 1 limit 1`,
  );
  assert.ok(bill);
  const operator = await admin.as("operator");
  const note = (amountMinor: number, period = november) =>
    operator.send("POST", `/api/v1/bills/${bill.id}/credit-notes`, {
      period,
      amountMinor: String(amountMinor),
      reason: "outage",
    });
  const same = await note(100, PERIOD);
  assert.deepEqual([same.status, same.body.code], [409, "period-billed"]);
  const more = await note(bill.total + 1);
  assert.deepEqual([more.status, more.body.code], [409, "more-than-the-bill"]);
  const most = bill.total - 1_000;
  const two = await Promise.all([note(most), note(most)]);
  assert.deepEqual(two.map(({ status }) => status).sort(), [200, 409]);
  const rest = await note(1_001);
  assert.equal(rest.status, 409);
  assert.match(rest.body.detail, /1000 minor units left/);
  assert.equal((await note(1_000)).status, 200);
  const { body } = await operator.get(`/api/v1/bills/${bill.id}`);
  assert.equal(body.creditedMinor, String(bill.total));
  const listed = await operator.get(`${path}?accountId=${bill.account}&period=${november}`);
  assert.deepEqual(
    listed.body.items.map(({ creditOf, kind }: { creditOf: number; kind: string }) => [creditOf, kind]),
    [
      [bill.id, "final"],
      [bill.id, "final"],
    ],
  );
  await settleNovember(carrier);
  const credits = (await adjusted(carrier, november)).filter(({ billId }) => billId % 1e10 === bill.account);
  assert.deepEqual(
    credits.map(({ code, amount }) => [code, amount]),
    [
      ["adjustment:final", -most],
      ["adjustment:final", -1_000],
    ],
  );
});

void test("a decided adjustment is not decided anew, not even past the program", async (t) => {
  const { admin, carrier } = await startSettled(t, { members: 1, live: false });
  await setBillingClock(admin.owner, "2026-10-20T12:00:00+09:00");
  const operator = await admin.as("operator");
  const order = {
    accountId: await anyAccount(carrier),
    period: PERIOD,
    kind: "final",
    amountMinor: "100",
    reason: "x",
  };
  assert.equal((await operator.send("POST", path, order)).body.state, "recorded");
  const change = admin.owner.query(
    "update adjustment_orders set state = 'rejected', recorded_as = null, decided_by = 'eve', decided_at = now()",
  );
  await assert.rejects(change, /decided once/);
});

void test("an adjustment that meets a freeze is on the bill or refused", async (t) => {
  const { admin, carrier } = await startSettled(t, { members: 5, live: false });
  await setBillingClock(admin.owner, "2026-10-20T12:00:00+09:00");
  await admin.owner.query("delete from adjustments");
  const operator = await admin.as("operator");
  const order = {
    accountId: await anyAccount(carrier),
    period: PERIOD,
    kind: "final",
    amountMinor: "100",
    reason: "x",
  };
  const freezer = await carrier.connect();
  await freezer.query("begin");
  await freezer.query("select pg_advisory_xact_lock(hashtext('generations ' || $1))", [PERIOD]);
  const ordered = operator.send("POST", path, order);
  await carrier.untilWaiting(1);
  // What `prepare` commits before it lets the lock go.
  await freezer.query(
    `insert into bill_runs (id, name, period, tariff_id, spec)
     select gen_random_uuid(), 'r', '2026-10-01', id, '{}' from tariffs where name = 'kr-mobile'`,
  );
  await freezer.query(
    `insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts, currency)
     select period, 1, id, tariff_id, 'settling', 1, clock_timestamp(), 0, 'KRW' from bill_runs`,
  );
  await freezer.query("commit");
  await freezer.end();
  const { status, body } = await ordered;
  assert.deepEqual([status, body.code], [409, "period-billed"]);
  assert.equal(await carrier.value("select count(*) from adjustments"), 0);
});
