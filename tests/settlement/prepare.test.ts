import assert from "node:assert/strict";
import { test } from "node:test";
import { randomUUID } from "node:crypto";
import { abandonGeneration } from "../../database/run-ledger/abandon-generation.ts";
import { cloneOf, emptyCarrier, expectDone, PERIOD, populatedOriginal, type Carrier } from "./support.ts";

const oneAccount = `
  insert into members (id, name_encrypted) values (900001, '');
  insert into accounts (id, member_id, currency, joined_on) values (900001, 900001, 'KRW', '2020-01-01')`;

test("the same run prepared again resumes its generation; another one, or a finished one, is refused", async (t) => {
  const carrier = await emptyCarrier(t);
  await carrier.client.query(oneAccount);
  const runId = randomUUID();
  const run = { name: "october", runId };
  expectDone(await carrier.prepare(run));
  expectDone(await carrier.prepare(run));
  assert.equal(await carrier.value("select count(*) from generations"), 1);
  assert.equal(await carrier.value("select count(*) from generation_partitions"), 3);

  const other = await carrier.prepare({ name: "another" });
  assert.equal(other.code, 43);
  assert.match(other.error, /run "october" is computing 2026-10 \(generation 1\)/);
  assert.equal(await carrier.value("select count(*) from bill_runs"), 1);

  await carrier.client.query("update generations set state = 'live'");
  const finished = await carrier.prepare(run);
  assert.equal(finished.code, 43);
  assert.match(finished.error, /generation 1 is live; settle again under a new name/);

  expectDone(await carrier.prepare({ name: "november", period: "2026-11" }));
  assert.equal(await carrier.value("select count(*) from generations"), 2);
});

test("a run keeps its name, period and tariff for ever", async (t) => {
  const carrier = await emptyCarrier(t);
  const runId = randomUUID();
  expectDone(await carrier.prepare({ name: "october", runId }));
  const changes = [
    { name: "october", runId, tariff: "example-models@1" },
    { name: "october", runId, partitions: 5 },
    { name: "october", runId, period: "2026-11" },
    { name: "renamed", runId },
  ];
  for (const change of changes) {
    const refused = await carrier.prepare(change);
    assert.equal(refused.code, 43, JSON.stringify(change));
    assert.match(refused.error, /cannot change/);
  }
  await abandonGeneration(carrier.client, { period: PERIOD, generation: 1 });
  const taken = await carrier.prepare({ name: "october" });
  assert.equal(taken.code, 43);
  assert.match(taken.error, /name "october" belongs to another run/);
  assert.equal(await carrier.value("select count(*) from generations"), 1);

  expectDone(await carrier.prepare({ name: "october", runId, partitions: 5 }));
  assert.equal(await carrier.value("select partitions from generations where number = 2"), 5);
});

test("what cannot be settled is refused by its name, and leaves nothing", async (t) => {
  const carrier = await emptyCarrier(t);
  const refusals: [Parameters<Carrier["prepare"]>[0], RegExp][] = [
    [{ tariff: "kr-mobile@1999-01" }, /tariff kr-mobile@1999-01 is not recorded; record its file first/],
    [{ tariff: "kr-mobile" }, /write name@version/],
    [{ period: "2026-06" }, /kr-mobile.*2026-06|2026-06.*kr-mobile/],
    [{ partitions: 1025 }, /at most 1024/],
  ];
  for (const [options, message] of refusals) {
    const refused = await carrier.prepare(options);
    assert.equal(refused.code, 43, JSON.stringify(options));
    assert.match(refused.error, message);
  }
  assert.equal(await carrier.value("select count(*) from bill_runs"), 0);
  expectDone(await carrier.prepare({ partitions: 1024 }));
  const program = await carrier.run([
    "prepare",
    "--name",
    "x",
    "--period",
    "2026-13",
    "--tariff",
    "kr-mobile@2026-07",
  ]);
  assert.equal(program.code, 1);
  assert.match(program.error, /YYYY-MM/);
});

test("rows recorded after the freeze are seen by no partition, and the proof holds", async (t) => {
  const original = await populatedOriginal(t, 400);
  const untouched = await cloneOf(t, original);
  const carrier = await cloneOf(t, original);
  const digest = await untouched.prove();

  expectDone(await carrier.prepare({ partitions: 3 }));
  expectDone(await carrier.settle(0));
  await recordLate(carrier);
  expectDone(await carrier.settle(1));
  expectDone(await carrier.settle(2));
  const proof = await carrier.verify();
  expectDone(proof);
  assert.ok(proof.printed[0]?.includes(digest), "the late rows changed the bills");

  await abandonGeneration(carrier.client, { period: PERIOD, generation: 1 });
  assert.notEqual(await carrier.prove(3, 2), digest, "the next generation does see them");
  assert.equal(
    await carrier.value("select count(*) from bills where account_id = 900001 and generation = 2"),
    1,
  );
});

/** For every account: an adjustment and an add-on, a contract where there is none, usage, a family member, and a new account. */
async function recordLate({ client }: Carrier): Promise<void> {
  await client.query(oneAccount);
  const month = `${PERIOD}-01`;
  await client.query(
    `insert into subscriptions (id, account_id, bucket, plan, started_on)
     values (900001, 900001, bucket_of(900001), 'kr-5g-30', '2026-10-05');
     insert into subscriptions (id, account_id, bucket, plan, started_on)
     select 800000 + row_number() over (order by id), id, bucket, 'kr-5g-30', '${month}' from accounts where id <> 900001;
     insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     select id, bucket, '${month}', 'taxable', 7000, 'late', 'test' from accounts;
     insert into add_ons (subscription_id, bucket, code, started_on)
     select s.id, s.bucket, a.code, '2026-10-02' from subscriptions s, (select code from add_ons limit 1) a;
     insert into contracts (subscription_id, bucket, months, started_on)
     select s.id, s.bucket, 12, '2026-10-03' from subscriptions s
     where not exists (select from contracts c where c.subscription_id = s.id);
     insert into suspensions (subscription_id, bucket, started_on)
     select s.id, s.bucket, '2026-10-30' from subscriptions s where s.ended_on is null;
     insert into usage_records (period, subscription_id, started_at, quantity_milli, meter_id, bucket, record_id)
     select '${month}', s.id, '2026-10-09', 500000, m.id, s.bucket, 'late-' || s.id
     from subscriptions s, meters m where m.code = 'voice';
     insert into accounts (id, member_id, family_id, currency, joined_on)
     select 700000 + family_id, 900001, family_id, 'KRW', '1980-01-01'
     from (select distinct family_id from accounts where family_id is not null) f`,
  );
}

test("a writer that is open when the population is frozen is in with all it writes, or out", async (t) => {
  const carrier = await emptyCarrier(t);
  await carrier.client.query(oneAccount);
  const before = await carrier.connect();
  const after = await carrier.connect();
  t.after(() => Promise.all([before.end(), after.end()]));

  await before.query("begin");
  await before.query(
    "insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by) values (900001, bucket_of(900001), '2026-10-01', 'taxable', 100, 'open', 'test')",
  );
  // Its transaction began long before the freeze, its row comes after: it must be out.
  await after.query("begin");
  await after.query("select clock_timestamp()");
  const preparing = carrier.prepare({ partitions: 1 });
  await carrier.untilWaiting(1);
  const late = after.query(
    "insert into subscriptions (id, account_id, bucket, plan, started_on) values (1, 900001, bucket_of(900001), 'kr-5g-30', '2026-10-01')",
  );
  await carrier.untilWaiting(2);
  await before.query("commit");
  expectDone(await preparing);
  await late;
  await after.query("commit");
  expectDone(await carrier.settle(0));
  expectDone(await carrier.verify());
  const [bill] = await carrier.rows<{ snapshot: string }>("select snapshot::text from bills");
  assert.match(bill?.snapshot ?? "", /,\[\],\[\[\d+,"taxable","",100\]\]\]$/);
});

test("the freeze of a period is counted bucket by bucket, without a gap", async (t) => {
  const carrier = await cloneOf(t, await populatedOriginal(t, 300));
  expectDone(await carrier.prepare({ partitions: 7 }));
  const ranges = await carrier.rows<{ from: number; to: number; expected: number; counted: number }>(
    `select bucket_from as from, bucket_to as to, expected_accounts as expected,
       (select count(*) from accounts where bucket >= bucket_from and bucket < bucket_to) as counted
     from generation_partitions order by partition_index`,
  );
  assert.equal(ranges.length, 7);
  assert.deepEqual(
    ranges.map((range) => range.from),
    [0, ...ranges.slice(0, -1).map((range) => range.to)],
  );
  assert.equal(ranges.at(-1)?.to, 1024);
  for (const range of ranges) assert.equal(range.expected, range.counted);
  assert.equal(await carrier.value("select expected_accounts from generations"), 300);
});
