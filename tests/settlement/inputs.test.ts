import assert from "node:assert/strict";
import { test } from "node:test";
import type { BillInput } from "../../billing/bill-input.ts";
import type { CompiledTariff } from "../../billing/tariff/compiled.ts";
import { inputQuery } from "../../database/billing-inputs/input-query.ts";
import { InputRows, type AccountRead } from "../../database/billing-inputs/input-rows.ts";
import { parseTariffReference } from "../../database/tariffs/load-tariff.ts";
import { loadRunTariff, type RunTariff } from "../../jobs/run-tariff.ts";
import { copyOut, type Client } from "../../platform/postgres.ts";
import { readSlowly } from "./slow-reader.ts";
import { cloneOf, emptyCarrier, expectDone, PERIOD, populatedOriginal, TARIFF } from "./support.ts";

/** The bytes of the input query over all buckets, in two ranges as two partitions would read them. */
async function readBytes(client: Client, tariff: RunTariff, timeZone: string): Promise<Buffer[]> {
  const frozenAt = "infinity";
  const query = { ...tariff.inputQuery, timeZone, frozenAt, usage: tariff.usageColumns };
  const bytes: Buffer[] = [];
  for (const [bucketFrom, bucketTo] of [
    [0, 300],
    [300, 1024],
  ] as const) {
    for await (const chunk of copyOut(client, inputQuery({ ...query, bucketFrom, bucketTo })))
      bytes.push(chunk as Buffer);
  }
  return bytes;
}

function decode(tariff: RunTariff, chunks: readonly Buffer[]): AccountRead[] {
  const rows = new InputRows(tariff.usageColumns, tariff.meterCodes);
  const accounts = chunks.flatMap((chunk) => [...rows.accounts(chunk)]);
  const last = rows.last();
  return last === null ? accounts : [...accounts, last];
}

/** Inputs by account, without usage sums of nothing, which the slow reader does not state. */
function byAccount(reads: readonly AccountRead[], tariff: CompiledTariff): Map<number, BillInput> {
  return new Map(
    reads
      .filter(({ excluded }) => !excluded)
      .map(({ input }) => [
        input.accountId,
        {
          ...input,
          subscriptions: input.subscriptions.map((subscription) => ({
            ...subscription,
            usage: subscription.usage.filter(
              (sum) => sum.quantityMilli > 0 || !tariff.meterByCode.has(sum.meter),
            ),
          })),
        },
      ]),
  );
}

function assertSameInputs(fast: ReadonlyMap<number, BillInput>, slow: ReadonlyMap<number, BillInput>): void {
  assert.deepEqual([...fast.keys()].sort(), [...slow.keys()].sort());
  for (const [account, input] of slow) assert.deepEqual(fast.get(account), input, `account ${account}`);
}

/** Accounts 1 to 30, each with subscription 100 + its number, in won since 2020. */
const accounts = `
  insert into members (id, name_encrypted) select id, '' from generate_series(1, 30) id;
  insert into families (id) values (5001), (5002);
  insert into accounts (id, member_id, family_id, currency, joined_on)
  select id, id, case when id in (20, 21, 22) then 5001 when id = 23 then 5002 end, 'KRW',
    case id when 20 then '2016-11-01' when 21 then '2016-11-02' when 22 then '2028-01-01' else '2020-02-29' end::date
  from generate_series(1, 30) id;
  insert into subscriptions (id, account_id, bucket, plan, started_on)
  select 100 + a.id, a.id, a.bucket, 'kr-5g-30', '2020-03-01' from accounts a where a.id <= 24 and a.id <> 13;`;

const oddities = `
  -- Suspensions over the ends of the month, and outside it.
  insert into suspensions (subscription_id, bucket, started_on, ended_on) values
    (101, 0, '2026-09-20', '2026-10-05'), (101, 0, '2026-10-30', null),
    (102, 0, '2026-09-01', null), (103, 0, '2026-10-31', '2026-12-01'), (104, 0, '2026-09-01', '2026-10-01'),
    (105, 0, '2026-09-01', '2026-09-30'), (106, 0, '2026-11-01', null);
  -- Contracts: broken on the first day and on the last, before, not yet begun; several.
  insert into contracts (subscription_id, bucket, months, started_on, terminated_on) values
    (101, 0, 24, '2025-05-01', '2026-10-01'), (102, 0, 24, '2025-05-01', '2026-10-31'),
    (103, 0, 24, '2025-05-01', '2026-09-30'), (104, 0, 24, '2026-11-01', null),
    (105, 0, 12, '2024-01-01', null), (105, 0, 24, '2025-02-01', null),
    (106, 0, 12, '2025-12-15', '2026-10-15'), (106, 0, 24, '2026-10-16', null),
    (107, 0, 12, '2025-12-15', '2026-11-15'), (107, 0, 24, '2026-10-16', null);
  -- Add-ons with open and closed ends.
  insert into add_ons (subscription_id, bucket, code, started_on, ended_on) values
    (101, 0, 'B.x', '2020-01-01', null), (101, 0, 'a_y', '2026-10-31', null), (101, 0, 'a-z', '2026-09-01', '2026-10-01'),
    (101, 0, 'B.x', '2019-01-01', '2019-12-31'), (102, 0, 'a', '2026-10-10', '2026-10-12'), (102, 0, 'a', '2026-10-20', null),
    (103, 0, 'late', '2026-11-01', null), (104, 0, 'gone', '2026-01-01', '2026-09-30');
  -- Adjustments of both kinds, of other months, and of an account without any subscription (13, 25).
  insert into adjustments (account_id, bucket, period, kind, charge, amount_minor, reason, created_by) values
    (1, 0, '2026-10-01', 'taxable', 'sim', 7700, 'a', 'b'), (1, 0, '2026-10-01', 'final', '', -5000, 'a,b:c', 'b'),
    (2, 0, '2026-09-01', 'final', '', -1, 'a', 'b'), (2, 0, '2026-11-01', 'final', '', -1, 'a', 'b'),
    (13, 0, '2026-10-01', 'final', '', -9007199254740991, 'a', 'b'), (25, 0, '2026-10-01', 'taxable', '', 1, 'a', 'b');
  -- A change of plan, a second subscription, one that ended before, one that begins after, one that ended before but was used.
  update subscriptions set ended_on = '2026-10-14' where id = 108;
  update subscriptions set ended_on = '2026-09-30' where id in (109, 110);
  update subscriptions set started_on = '2026-11-01' where id = 111;
  insert into subscriptions (id, account_id, bucket, plan, started_on, ended_on) values
    (208, 8, 0, 'kr-lte-10', '2026-10-15', null), (212, 12, 0, 'kr-lte-20', '2026-10-01', '2026-10-31'),
    (312, 12, 0, 'kr-lte-20', '2026-10-01', '2026-10-01');
  insert into usage_records (period, subscription_id, started_at, quantity_milli, meter_id, bucket, record_id)
  select '2026-10-01', s, '2026-10-01 00:00+09', q, m.id, 0, concat_ws('-', s, q, m.code)
  from unnest(array[101, 110, 112, 212]) s, unnest(array[0, 1, 500, 501, 999, 1000, 1001, 1000000000000]) q, meters m
  where m.code in ('voice', 'sms', 'data');
  insert into usage_records (period, subscription_id, started_at, quantity_milli, meter_id, bucket, record_id)
  select '2026-10-01', 114, '2026-10-01 00:00+09', 5, m.id, 0, m.code from meters m where m.code in ('api', 'voice');
  -- What repeats an account's bucket was written with 0 above.
  ${["subscriptions", "adjustments"].map((t) => `update ${t} t set bucket = a.bucket from accounts a where a.id = t.account_id;`).join("\n")}
  ${["suspensions", "contracts", "add_ons", "usage_records"].map((t) => `update ${t} t set bucket = s.bucket from subscriptions s where s.id = t.subscription_id;`).join("\n")}`;

test("the one query of settlement reads what plain queries read: a generated population", async (t) => {
  const carrier = await cloneOf(t, await populatedOriginal(t, 700));
  const tariff = await loadRunTariff(carrier.client, PERIOD, parseTariffReference(TARIFF));
  const bytes = await readBytes(carrier.client, tariff, tariff.inputQuery.timeZone);
  const slow = await readSlowly(carrier.client, tariff.compiled);
  assertSameInputs(byAccount(decode(tariff, bytes), tariff.compiled), slow);
  assert.ok(slow.size > 600 && [...slow.values()].some((input) => input.subscriptions.length > 1));
  // However the stream is cut, also between any two bytes.
  const whole = decode(tariff, [Buffer.concat(bytes)]);
  const everyByte = [...Buffer.concat(bytes)].map((byte) => Buffer.from([byte]));
  assert.deepEqual(decode(tariff, everyByte), whole);
  assert.equal(whole.length, 700);
});

test("the one query of settlement reads what plain queries read: every oddity", async (t) => {
  const carrier = await emptyCarrier(t);
  await carrier.client.query("select create_usage_month('2026-10-01')");
  await carrier.client.query(accounts + oddities);
  const tariff = await loadRunTariff(carrier.client, PERIOD, parseTariffReference(TARIFF));
  const reads = decode(tariff, await readBytes(carrier.client, tariff, tariff.inputQuery.timeZone));
  const slow = await readSlowly(carrier.client, tariff.compiled);
  assertSameInputs(byAccount(reads, tariff.compiled), slow);

  const none = reads.filter(({ excluded }) => excluded).map(({ input }) => input.accountId);
  assert.deepEqual(
    none.sort((one, other) => one - other),
    [9, 11, 26, 27, 28, 29, 30],
  );
  const suspended = [101, 102, 103, 104, 105, 106].map(
    (id) => slow.get(id - 100)?.subscriptions[0]?.suspendedDays,
  );
  assert.deepEqual(suspended, [7, 31, 1, 1, 0, 0]);
  assert.equal(slow.get(20)?.familyTenureYears, 10 + 9);
  assert.deepEqual(
    slow.get(12)?.subscriptions.map((subscription) => subscription.subscriptionId),
    [112, 212, 312],
  );

  expectDone(await carrier.prepare({ partitions: 2 }));
  await carrier.settleAll(2);
  const held = await carrier.rows(
    "select account_id as account, reason, detail from held_accounts where account_id in (2, 14) order by 1",
  );
  assert.deepEqual(held.at(-1), {
    account: 14,
    reason: "unknown-meter",
    detail: 'subscription 114: usage of meter "api"',
  });
  expectDone(await carrier.verify());
});

test("days suspended are counted once, and only while there is service", async (t) => {
  const carrier = await emptyCarrier(t);
  await carrier.client.query("select create_usage_month('2026-10-01')");
  await carrier.client.query(accounts);
  await carrier.client.query(
    `update subscriptions set ended_on = '2026-10-10' where id = 101;
     update subscriptions set started_on = '2026-10-20' where id = 103;
     insert into suspensions (subscription_id, bucket, started_on, ended_on)
     select subscription_id, s.bucket, started::date, ended::date
     from (values (101, '2026-10-05', null), (102, '2026-10-01', '2026-10-10'), (102, '2026-10-06', '2026-10-15'),
                  (102, '2026-10-15', '2026-10-16'), (103, '2026-10-01', '2026-10-21'), (104, '2026-10-03', '2026-10-04'),
                  (104, '2026-10-08', '2026-10-08')) v (subscription_id, started, ended)
     join subscriptions s on s.id = subscription_id`,
  );
  const tariff = await loadRunTariff(carrier.client, PERIOD, parseTariffReference(TARIFF));
  const reads = decode(tariff, await readBytes(carrier.client, tariff, tariff.inputQuery.timeZone));
  const days = new Map(reads.map(({ input }) => [input.accountId, input.subscriptions[0]?.suspendedDays]));
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((account) => days.get(account)),
    [6, 16, 2, 3, 0],
  );
  assertSameInputs(byAccount(reads, tariff.compiled), await readSlowly(carrier.client, tariff.compiled));
});

test("usage is summed by time band as the reference sums it, through the change of the clock and in other zones", async (t) => {
  const carrier = await emptyCarrier(t);
  await carrier.client.query("select create_usage_month('2026-10-01')");
  await carrier.client.query(accounts);
  // Every seventeen minutes of the month in Berlin, which leaves summer time on the 25th.
  await carrier.client.query(
    `insert into usage_records (period, subscription_id, started_at, quantity_milli, meter_id, bucket, record_id)
     select '2026-10-01', s.id, at, (extract(epoch from at)::bigint * 7919) % 700001, m.id, s.bucket, concat_ws('-', s.id, m.code, at)
     from generate_series('2026-09-30 22:00+00'::timestamptz, '2026-10-31 22:59:59+00', '17 minutes') at,
       meters m, subscriptions s
     where s.id in (101, 102) and m.code in ('voice', 'data')
       and (s.id = 101 or at between '2026-10-24 12:00+00' and '2026-10-26 12:00+00')`,
  );
  const tariff = await loadRunTariff(carrier.client, PERIOD, { name: "example-models", version: "1" });
  assert.equal(tariff.inputQuery.timeZone, "Europe/Berlin");
  const bands = new Set<string>();
  for (const timeZone of ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]) {
    const compiled = { ...tariff.compiled, timeZone };
    const fast = byAccount(decode(tariff, await readBytes(carrier.client, tariff, timeZone)), compiled);
    assertSameInputs(fast, await readSlowly(carrier.client, compiled));
    const sums = fast.get(1)?.subscriptions[0]?.usage ?? [];
    bands.add(JSON.stringify(sums));
    assert.deepEqual(
      sums.map(({ meter, band }) => `${meter}/${band}`),
      ["voice/peak", "voice/off-peak", "data/"],
    );
  }
  assert.equal(bands.size, 4, "the zone makes a difference");
});
