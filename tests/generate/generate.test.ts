import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketOf } from "../../database/bucket.ts";
import { phoneKey } from "../../database/members/contact-key.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import type { Client } from "../../platform/postgres.ts";
import { testKeys } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { checksums, generated } from "./generated.ts";

async function one<Row extends object>(client: Client, sql: string): Promise<Row> {
  const { rows } = await client.query<Row>(sql);
  const [row] = rows;
  assert.ok(row);
  return row;
}

test("a seed gives the same rows whatever the number of workers, and another seed others", async (t) => {
  // Two chunks of members and two of usage, so that workers share them.
  const request = { members: 21_000, usage: 5, seed: 11 };
  const alone = await generated(t, { ...request, workers: 1 });
  const shared = await generated(t, { ...request, workers: 3 });
  const sums = await checksums(alone.client);
  assert.deepEqual(await checksums(shared.client), sums);
  assert.equal(alone.summary.usageRecords, 105_000);
  assert.match(sums["usage_records"] ?? "", /^105000:/);

  const other = await generated(t, { ...request, seed: 12, workers: 1 });
  for (const [table, sum] of Object.entries(await checksums(other.client)))
    assert.notEqual(sum, sums[table], table);
});

test("the population is spread as it is said to be", async (t) => {
  const { client, again } = await generated(t, { members: 40_000, usage: 5, seed: 1, workers: 2 });
  const share = async (table: string, condition: string, [low, high]: [number, number]): Promise<void> => {
    const row = await one<{ share: number }>(
      client,
      `select (count(*) filter (where ${condition}))::float8 / count(*) as share from ${table}`,
    );
    assert.ok(row.share >= low && row.share <= high, `${table}: ${condition}: ${row.share}`);
  };

  await t.test("members", async () => {
    await share("members", "send_day is null", [0.58, 0.62]);
    await share("members", "send_day = 15", [0.18, 0.22]);
    await share("members", "send_day = 21", [0.12, 0.16]);
    await share("members", "send_day in (5, 10, 25)", [0.05, 0.07]);
    await share("members", "quiet_start is not null", [0.13, 0.17]);
    await share("members", "language = 'en'", [0.07, 0.09]);
    await share("members", "not has_email", [0.026, 0.034]);
    await share("members", "not has_phone", [0.008, 0.012]);
    await share("members", "not has_email and not has_phone", [0.00001, 0.0005]);
    await share("members", "preferred_channel = 'sms'", [0.034, 0.046]);
    await share("members", "has_push_token", [0.38, 0.42]);
    await share("members", "preferred_channel = 'push'", [0.015, 0.024]);
    await share("members", "preferred_channel = 'push' and not has_push_token", [0, 0]);
    await share("members", "time_zone <> 'Asia/Seoul'", [0.01, 0.02]);
  });
  await t.test("accounts", async () => {
    await share("accounts", "family_id is not null", [0.23, 0.27]);
    await share("accounts", "welfare_class <> ''", [0.034, 0.046]);
    await share("accounts", "joined_on >= '2026-10-01'", [0.017, 0.023]);
    await share("accounts", "birthday / 100 = 10", [0.07, 0.095]);
    await share(
      "accounts",
      "id in (select account_id from contracts k join subscriptions s on s.id = subscription_id)",
      [0.53, 0.57],
    );
    await share(
      "accounts",
      "id in (select account_id from add_ons o join subscriptions s on s.id = subscription_id)",
      [0.33, 0.37],
    );
    await share("accounts", "id in (select account_id from adjustments)", [0.0035, 0.0065]);
    await share(
      "accounts",
      "id in (select account_id from subscriptions group by 1 having count(*) = 2)",
      [0.025, 0.035],
    );
    await share("subscriptions", "ended_on between '2026-10-01' and '2026-10-31'", [0.016, 0.024]);
    await share("contracts", "terminated_on between '2026-10-01' and '2026-10-31'", [0.005, 0.02]);
    const { rows } = await client.query("select id from subscriptions where plan = 'kr-2g-retired'");
    assert.equal(rows.length, 1, "one account in 50,000 cannot be billed");
    const families = await one<{ smallest: number; largest: number }>(
      client,
      `select min(size) as smallest, max(size) as largest
       from (select count(*) as size from accounts where family_id is not null group by family_id) f`,
    );
    assert.deepEqual(families, { smallest: 2, largest: 5 });
  });
  await t.test("usage", async () => {
    const usage = await one<{ records: number; outside: number; unserved: number; without: number }>(
      client,
      `select count(*) as records,
         count(*) filter (where (u.started_at at time zone 'Asia/Seoul')::date not between '2026-10-01' and '2026-10-31')
           as outside,
         count(*) filter (where (u.started_at at time zone 'Asia/Seoul')::date
                                not between s.started_on and coalesce(s.ended_on, '2026-10-31')) as unserved,
         (select count(*) from accounts) - count(distinct s.account_id) as without
       from usage_records u join subscriptions s on s.id = u.subscription_id`,
    );
    assert.deepEqual(
      { ...usage, without: usage.without > 100 && usage.without < 500 },
      { records: 200_000, outside: 0, unserved: 0, without: true },
    );
    const { rows } = await client.query<{ code: string; share: number }>(
      `select m.code, count(*)::float8 / 200000 as share from usage_records u join meters m on m.id = u.meter_id group by 1`,
    );
    assert.deepEqual(rows.map(({ code }) => code).toSorted(), ["data", "lms", "sms", "video", "voice"]);
    for (const { code, share: part } of rows) assert.ok(part > 0.02 && part < 0.6, `${code}: ${part}`);
  });
  await t.test("usage arrives scattered", async () => {
    const row = await one<{ together: number }>(
      client,
      `select count(*) filter (where subscription_id = before)::float8 / count(*) as together
       from (select subscription_id, lag(subscription_id) over (order by record_id) as before from usage_records) u`,
    );
    assert.ok(row.together < 0.001, String(row.together));
  });
  await t.test("every row stands in the bucket of its account", async () => {
    const { rows } = await client.query(
      `select b.id from subscriptions b join accounts a on a.id = b.account_id where a.bucket <> b.bucket
       union all select a.id from adjustments a join accounts c on c.id = a.account_id where a.bucket <> c.bucket
       union all
       select x.subscription_id
       from (select subscription_id, bucket from suspensions union all select subscription_id, bucket from contracts
             union all select subscription_id, bucket from add_ons
             union all select subscription_id, bucket from usage_records) x
       join subscriptions b on b.id = x.subscription_id where b.bucket <> x.bucket`,
    );
    assert.deepEqual(rows, []);
  });
  await t.test("contacts are sealed for their row, and found by their blind index", async () => {
    const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);
    const { rows } = await client.query<{ id: number; name_encrypted: Buffer; phone_encrypted: Buffer }>(
      "select id, name_encrypted, phone_encrypted from members where phone_index = $1",
      [cipher.blindIndex(phoneKey("010 0000 1234"))],
    );
    assert.deepEqual(
      rows.map(({ id }) => id),
      [1234],
    );
    const [row] = rows;
    assert.ok(row);
    const address = { table: "members", row: 1234 };
    assert.equal(cipher.decrypt(row.phone_encrypted, { ...address, column: "phone" }), "010-0000-1234");
    assert.notEqual(cipher.decrypt(row.name_encrypted, { ...address, column: "name" }), "");
  });
  await t.test("numbering goes on after the generated rows", async () => {
    await client.query("begin");
    await client.query(
      `insert into contracts (subscription_id, bucket, months, started_on)
       select id, bucket, 12, '2030-01-01' from subscriptions limit 1`,
    );
    await client.query("rollback");
  });
  await t.test("a database that holds rows is refused", async () => {
    await assert.rejects(again(), { code: "not-empty", message: /members holds rows already/ });
  });
});

test("SQL and TypeScript put every billing group into the same bucket", async (t) => {
  const client = await (await testDatabase(t)).connect();
  const groups = [
    ...Array.from({ length: 5_000 }, (_, index) => index),
    ...Array.from({ length: 5_000 }, (_, index) => 9_999_999_999 - index * 1_000_003),
    ...[2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER],
  ];
  const { rows } = await client.query<{ bucket: number }>(
    "select bucket_of(value) as bucket from unnest($1::bigint[]) with ordinality as g (value, position) order by position",
    [groups],
  );
  assert.deepEqual(
    rows.map(({ bucket }) => bucket),
    groups.map(bucketOf),
  );
});
