import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import { isQuiet } from "../../notification/quiet-hours.ts";
import { unionOfWindows } from "../../notification/quiet-hours.ts";
import { localEpochDay, nextDayOfMonth } from "../../notification/local-day.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { connect } from "../../platform/postgres.ts";
import { assertEachBillOnce, pending } from "./each-bill-once.ts";
import { cloneOf, expectDone, PERIOD, populatedOriginal, type Carrier } from "./support.ts";

const MEMBERS = 200;
let original = "";

before(async (t) => {
  original = await populatedOriginal(t as TestContext, MEMBERS);
});

/** Charges the account 5,000 won more, so that its next bill differs. */
async function changeBill(carrier: Carrier, accountId: number): Promise<void> {
  await carrier.client.query(
    `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     select id, bucket, $2, 'final', 5000, 'test', 'test' from accounts where id = $1`,
    [accountId, `${PERIOD}-01`],
  );
}

/** Accounts with a bill, in order. */
async function billedAccounts(carrier: Carrier): Promise<number[]> {
  const rows = await carrier.rows<{ id: number }>(
    "select account_id as id from bills where generation = 1 order by account_id",
  );
  return rows.map((row) => row.id);
}

test("only the digest that was proved is promoted, and promoting twice is promoting once", async (t) => {
  const carrier = await cloneOf(t, original);
  const early = await carrier.promote({ digest: "00" });
  assert.equal(early.code, 43);
  assert.match(early.error, /is unknown; only a verified generation/);

  const digest = await carrier.prove();
  const wrong = await carrier.promote({ digest: digest.replace(/^../, "00") });
  assert.equal(wrong.code, 43);
  assert.match(wrong.error, /proved with digest/);
  assert.equal(await carrier.value("select to_regclass('notifications_2026_10_g1')"), null);

  expectDone(await carrier.promote({ digest }));
  await assertEachBillOnce(carrier);
  const before = await carrier.rows("select * from notifications order by bill_id");
  const again = await carrier.promote({ digest });
  expectDone(again);
  assert.match(again.printed[0] ?? "", /live already/);
  assert.deepEqual(await carrier.rows("select * from notifications order by bill_id"), before);
});

test("a new generation announces the bills that changed, and withdraws what was to be sent of them", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive();
  const [one = 0, two = 0, sent = 0] = await billedAccounts(carrier);
  await carrier.client.query("update notifications set state = 'SENT' where bill_id % 10000000000 = $1", [
    sent,
  ]);
  await changeBill(carrier, one);
  await changeBill(carrier, two);
  await changeBill(carrier, sent);
  await carrier.goLive({ generation: 2, partitions: 8 });

  const messages = await carrier.rows(
    `select bill_id % 10000000000 as account, generation, state from notifications
     where generation = 2 or state <> 'SCHEDULED' order by generation, bill_id`,
  );
  assert.deepEqual(messages, [
    { account: one, generation: 1, state: "SUPERSEDED" },
    { account: two, generation: 1, state: "SUPERSEDED" },
    { account: sent, generation: 1, state: "SENT" },
    { account: one, generation: 2, state: "SCHEDULED" },
    { account: two, generation: 2, state: "SCHEDULED" },
    { account: sent, generation: 2, state: "SCHEDULED" },
  ]);
  assert.deepEqual(await carrier.rows("select number, state from generations order by number"), [
    { number: 1, state: "superseded" },
    { number: 2, state: "live" },
  ]);
  await assertEachBillOnce(carrier);
});

test("a bill that changes in the third generation withdraws the message it still has of the first", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive();
  const [one = 0, two = 0] = await billedAccounts(carrier);
  await changeBill(carrier, one);
  await carrier.goLive({ generation: 2, partitions: 1 });
  await changeBill(carrier, two);
  await carrier.goLive({ generation: 3 });
  await assertEachBillOnce(carrier);
  const of = await carrier.rows(
    "select generation, state from notifications where bill_id % 10000000000 = $1 order by 1",
    [two],
  );
  assert.deepEqual(of, [
    { generation: 1, state: "SUPERSEDED" },
    { generation: 3, state: "SCHEDULED" },
  ]);
});

test("a bill that changes back is announced again, and one that is gone is withdrawn until it comes back", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive();
  const [one = 0, gone = 0] = await billedAccounts(carrier);
  await changeBill(carrier, one);
  await carrier.goLive({ generation: 2 });
  await carrier.client.query("delete from adjustments where account_id = $1 and reason = 'test'", [one]);
  const plan = await carrier.value("select plan from subscriptions where account_id = $1", [gone]);
  await carrier.client.query("update subscriptions set plan = 'no-such-plan' where account_id = $1", [gone]);
  await carrier.goLive({ generation: 3 });
  await assertEachBillOnce(carrier);
  const withdrawn = await carrier.rows(
    "select generation, state from notifications where bill_id % 10000000000 = $1",
    [gone],
  );
  assert.deepEqual(withdrawn, [{ generation: 1, state: "SUPERSEDED" }]);

  // The very bill that was withdrawn comes back: nobody was told of it.
  await carrier.client.query("update subscriptions set plan = $2 where account_id = $1", [gone, plan]);
  await carrier.goLive({ generation: 4 });
  await assertEachBillOnce(carrier);
});

for (const release of ["manual", "none"] as const) {
  test(`bills of a generation that was never released (${release}) are announced by the next one`, async (t) => {
    const carrier = await cloneOf(t, original);
    await carrier.goLive({ release });
    assert.deepEqual(await carrier.rows(pending), []);
    const rows = await carrier.value<number>("select count(*) from notifications");
    assert.equal(rows, release === "none" ? 0 : await carrier.value("select billed from generations"));
    const [one = 0] = await billedAccounts(carrier);
    await changeBill(carrier, one);
    await carrier.goLive({ generation: 2 });
    await assertEachBillOnce(carrier);
  });
}

test("a generation released by hand goes out once, also when the next one is held", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive({ release: "manual" });
  await releaseGeneration(carrier.client, { period: PERIOD, generation: 1 });
  await assertEachBillOnce(carrier);
  const [one = 0] = await billedAccounts(carrier);
  await changeBill(carrier, one);
  await carrier.goLive({ generation: 2, release: "manual" });
  assert.equal((await carrier.rows(pending)).length, (await billedAccounts(carrier)).length - 1);
  await releaseGeneration(carrier.client, { period: PERIOD, generation: 2 });
  await assertEachBillOnce(carrier);
});

interface Planned {
  readonly dueAtMs: number;
  readonly nowMs: number;
  readonly reason: string;
  readonly channel: string;
  readonly channelPlan: string;
  readonly zone: string;
  readonly sendDay: number | null;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  readonly hasEmail: boolean;
  readonly hasPhone: boolean;
  readonly hasPushToken: boolean;
  readonly preferred: string | null;
}

for (const clock of ["2026-11-01T03:00:00+09:00", "2026-11-15T12:30:00+09:00"]) {
  test(`released at ${clock}, no message is due in quiet hours or before its send day`, async (t) => {
    const carrier = await cloneOf(t, original);
    await carrier.client.query(
      "update billing_clock set clock_offset = $1::timestamptz - clock_timestamp()",
      [clock],
    );
    await carrier.goLive();
    const messages = await carrier.rows<Planned>(
      `select extract(epoch from n.due_at)::float8 * 1000 as "dueAtMs", extract(epoch from $1::timestamptz)::float8 * 1000 as "nowMs",
         n.reason, n.channel, n.channel_plan as "channelPlan", m.time_zone as zone, m.send_day as "sendDay",
         m.quiet_start as "quietStart", m.quiet_end as "quietEnd", m.has_email as "hasEmail", m.has_phone as "hasPhone",
         m.has_push_token as "hasPushToken",
         m.preferred_channel as preferred
       from notifications n join members m on m.id = n.member_id`,
      [clock],
    );
    assert.equal(messages.length, await carrier.value("select billed from generations"));
    for (const message of messages) assertDue(message);
    assert.ok(messages.some((message) => message.reason === "send-day"));
    const bySms = messages.filter((message) => message.channel === "sms");
    assert.ok(bySms.length > 0);
    assert.ok(messages.some((message) => message.channel === "push"));
    for (const { hasEmail, hasPhone, hasPushToken, preferred, channelPlan } of messages) {
      const has: Record<string, boolean> = { email: hasEmail, sms: hasPhone, push: hasPushToken };
      const wanted = ["email", "sms", "push"].toSorted(
        (a, b) => Number(b === preferred) - Number(a === preferred),
      );
      const usable = wanted.filter((channel) => has[channel]);
      assert.equal(channelPlan, usable.join(",") || "email");
    }
  });
}

function assertDue(message: Planned): void {
  const { dueAtMs, nowMs, zone, sendDay, quietStart, quietEnd } = message;
  const member =
    quietStart === null || quietEnd === null ? [] : [{ startMinute: quietStart, endMinute: quietEnd }];
  const windows = unionOfWindows(DEFAULT_POLICY.systemQuiet, member);
  assert.equal(isQuiet(dueAtMs, { zone, windows }), false, JSON.stringify(message));
  assert.ok(dueAtMs >= nowMs, JSON.stringify(message));
  if (sendDay === null) return;
  const wanted = nextDayOfMonth(localEpochDay(nowMs, zone), sendDay);
  assert.ok(localEpochDay(dueAtMs, zone) >= wanted, JSON.stringify(message));
}

test("settlement cannot read contacts, and consumers cannot write bills", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive();
  const as = async (role: string, sql: string): Promise<unknown> => {
    const client = await connect({ url: carrier.url, role, applicationName: "tests" });
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const denied = { code: "42501" };
  for (const column of ["name_encrypted", "email_encrypted", "phone_encrypted", "email_index", "*"]) {
    await assert.rejects(as("billing_settlement", `select ${column} from members`), denied, column);
  }
  await as("billing_settlement", "select id, has_email from members");
  const writes = [
    "update bills set total_minor = 0",
    "delete from bill_items",
    "insert into bills select * from bills limit 1",
    "update generations set state = 'live'",
    "delete from generation_partitions",
    "update bills_2026_10_g1_p0 set total_minor = 0",
  ];
  for (const role of ["billing_consumer", "billing_dispatcher", "billing_operator"]) {
    for (const sql of writes) await assert.rejects(as(role, sql), denied, `${role}: ${sql}`);
  }
  await as("billing_consumer", "select total_minor from bills limit 1");
  await assert.rejects(as("billing_operator", "select * from bills"), denied);
});
