import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import { cloneOf, digestOf, expectDone, failedChecks, populatedOriginal } from "./support.ts";

let original = "";
let digest = "";

before(async (t) => {
  const carrier = await cloneOf(t as TestContext, await populatedOriginal(t as TestContext, 150));
  await carrier.client.query(
    "update subscriptions set plan = 'no-such-plan' where id = (select min(id) from subscriptions)",
  );
  digest = await carrier.prove();
  original = carrier.url;
  await carrier.client.end();
});

/** A bill of partition 0, and one of its items that is not free. */
const someBill = "(select min(bill_id) from bills where partition_index = 0)";
const someLine = `(select min(line) from bill_items where bill_id = ${someBill} and amount_minor > 1000)`;
const move = (bill: string, amount: number): string =>
  `update bill_items set amount_minor = amount_minor + ${amount} where bill_id = ${bill} and line =
     (select min(line) from bill_items where bill_id = ${bill} and amount_minor > 1000);
   update bills set total_minor = total_minor + ${amount} where bill_id = ${bill};`;
const anotherBill = `(select max(b.bill_id) from bills b where partition_index = 0 and total_minor > 5000)`;
const held = "(select account_id from held_accounts)";

interface Corruption {
  readonly what: string;
  readonly sql: string;
  /** Exactly the checks that see it. */
  readonly seenBy: readonly string[];
}

const corruptions: readonly Corruption[] = [
  {
    what: "an item is deleted",
    sql: `delete from bill_items where bill_id = ${someBill} and line = ${someLine}`,
    seenBy: ["tables-match-ledger", "items-sum-to-bills", "replay-gives-the-same-bill"],
  },
  {
    what: "an item that costs nothing is deleted",
    sql: `delete from bill_items where (bill_id, line) =
            (select bill_id, line from bill_items where amount_minor = 0 order by bill_id limit 1)`,
    seenBy: [
      "tables-match-ledger",
      "items-sum-to-bills",
      "usage-in-equals-usage-rated",
      "replay-gives-the-same-bill",
    ],
  },
  {
    what: "an amount is raised in the item alone",
    sql: `update bill_items set amount_minor = amount_minor + 1 where bill_id = ${someBill} and line = ${someLine}`,
    seenBy: ["items-sum-to-bills", "replay-gives-the-same-bill"],
  },
  {
    what: "an amount is raised in the item and in the bill",
    sql: move(someBill, 1000),
    seenBy: ["tables-match-ledger", "replay-gives-the-same-bill"],
  },
  {
    what: "an amount moves from one member to another, all sums kept",
    sql: move(someBill, 500) + move(anotherBill, -500),
    seenBy: ["replay-gives-the-same-bill"],
  },
  {
    what: "a bill stands in another partition too",
    sql: `insert into bills select bill_id, account_id, generation, 1, item_count, state, taxable_minor, tax_minor, total_minor,
            digest, snapshot from bills where bill_id = ${someBill};
          insert into bill_items select bill_id, quantity_milli, rate_micro, amount_minor, generation, 1, line, code_id
            from bill_items where bill_id = (select min(bill_id) from bills where partition_index = 0)`,
    seenBy: [
      "tables-match-ledger",
      "one-bill-per-account",
      "usage-in-equals-usage-rated",
      "digests-recomputed",
    ],
  },
  {
    what: "a bill is gone with its items",
    sql: `delete from bill_items where bill_id = ${someBill}; delete from bills where bill_id = ${someBill}`,
    seenBy: ["tables-match-ledger", "usage-in-equals-usage-rated", "digests-recomputed"],
  },
  {
    what: "usage that was there at the freeze is on no bill",
    sql: `insert into usage_records select period, subscription_id, started_at, received_at, 60000, meter_id, bucket, 'missed'
          from usage_records limit 1`,
    seenBy: ["usage-in-equals-usage-rated"],
  },
  {
    what: "usage that was billed is gone",
    sql: "delete from usage_records where record_id = (select min(record_id) from usage_records where quantity_milli > 0)",
    seenBy: ["usage-in-equals-usage-rated"],
  },
  {
    what: "the ledger's digest of a partition is another",
    sql: "update generation_partitions set digest = sha256('') where partition_index = 2",
    seenBy: ["digests-recomputed"],
  },
  {
    what: "a bill's digest is another",
    sql: `update bills set digest = substring(sha256('') for 16) where bill_id = ${someBill}`,
    seenBy: ["digests-recomputed", "replay-gives-the-same-bill"],
  },
  {
    what: "a snapshot is another",
    sql: `update bills set snapshot = replace(snapshot::text, '[1,', '[1,1')::json where bill_id = ${someBill}`,
    seenBy: ["replay-gives-the-same-bill"],
  },
  {
    what: "a bill pays the member",
    sql: `update bill_items set amount_minor = amount_minor - 900000 where bill_id = ${someBill} and line = ${someLine};
          update bills set total_minor = total_minor - 900000 where bill_id = ${someBill};
          update generation_partitions set total_minor = total_minor - 900000 where partition_index = 0`,
    seenBy: ["no-negative-bill", "replay-gives-the-same-bill"],
  },
  {
    what: "a held account is taken off the list",
    sql: `delete from usage_records where subscription_id in (select id from subscriptions where account_id in ${held});
          delete from held_accounts`,
    seenBy: ["tables-match-ledger", "digests-recomputed"],
  },
  {
    what: "an account that was frozen was neither billed, held nor excluded",
    sql: "update generation_partitions set expected_accounts = expected_accounts + 1 where partition_index = 1",
    seenBy: ["members-accounted-for"],
  },
  {
    what: "two partitions' counts are off by one against each other",
    sql: `update generation_partitions set expected_accounts = expected_accounts + 1 where partition_index = 1;
          update generation_partitions set expected_accounts = expected_accounts - 1 where partition_index = 2`,
    seenBy: ["members-accounted-for"],
  },
  {
    what: "a partition was never settled",
    sql: `update generation_partitions set state = 'pending', billed = null, held = null, excluded = null, items = null,
            total_minor = null, digest = null where partition_index = 1;
          drop table bills_2026_10_g1_p1, bill_items_2026_10_g1_p1`,
    seenBy: [
      "members-accounted-for",
      "tables-match-ledger",
      "usage-in-equals-usage-rated",
      "digests-recomputed",
    ],
  },
  {
    what: "a bill is of an account that its number does not name",
    sql: `update bills set account_id = 77 where bill_id = ${someBill}`,
    seenBy: ["replay-gives-the-same-bill"],
  },
];

for (const { what, sql, seenBy } of corruptions) {
  test(`when ${what}, the proof fails and the generation cannot be promoted`, async (t) => {
    const carrier = await cloneOf(t, original);
    await carrier.client.query(sql);
    const proof = await carrier.verify(1, 10_000);
    assert.deepEqual(failedChecks(proof), seenBy);
    assert.equal(proof.code, 43);
    const promotion = await carrier.promote({ digest });
    assert.equal(promotion.code, 43);
    assert.match(promotion.error, /only a verified generation can be promoted/);
    assert.equal(await carrier.value("select count(*) from notifications"), 0);
    const kept = await carrier.value<{ name: string; holds: boolean }[]>("select proof from generations");
    assert.deepEqual(
      kept.filter((check) => !check.holds).map((check) => check.name),
      seenBy,
    );
  });
}

test("a sound generation is proved again with the same digest, and its held account is told", async (t) => {
  const carrier = await cloneOf(t, original);
  const proof = await carrier.verify(1, 10);
  expectDone(proof);
  assert.equal(digestOf(proof), digest);
  const [account] = await carrier.rows("select reason, detail from held_accounts");
  assert.deepEqual(account, {
    reason: "missing-plan",
    detail: `subscription ${await carrier.value<number>("select min(id) from subscriptions")}: plan "no-such-plan"`,
  });
});

test("a generation that is given up while it is being proved is not reported as proved", async (t) => {
  const carrier = await cloneOf(t, original);
  const blocker = await carrier.connect();
  t.after(() => blocker.end());
  await blocker.query("begin; lock table usage_records in access exclusive mode");
  const proving = carrier.verify();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await blocker.query("update generations set state = 'abandoned'; commit");
  const proof = await proving;
  assert.equal(proof.code, 43);
  assert.match(proof.error, /given up or promoted meanwhile/);
});

test("as a process, verify exits with 43 when the proof fails and names the check", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.client.query(
    "update generation_partitions set digest = sha256('') where partition_index = 2",
  );
  const proof = await carrier.run(["verify", "--period", "2026-10", "--generation", "1"]);
  assert.equal(proof.code, 43);
  assert.match(proof.error, /digests-recomputed does not hold: .*differing: partition 2/);
  const closed = await carrier.run(["verify", "--period", "2026-10", "--generation", "7"]);
  assert.equal(closed.code, 43);
  assert.match(closed.error, /has no generation 7/);
});

test("a proved generation has the statistics by which it is compared with another", async (t) => {
  const { client } = await cloneOf(t, original);
  const { rows } = await client.query<{ leaf: string; columns: string[] }>(
    `select tablename as leaf, array_agg(attname order by attname)::text[] as columns
       from pg_stats where tablename ~ '^bills_2026_10_g1_p' group by tablename`,
  );
  const filled = await client.query("select from generation_partitions where billed > 0");
  assert.equal(rows.length, filled.rowCount);
  const compared = ["account_id", "bill_id", "generation", "total_minor"];
  for (const { leaf, columns } of rows) assert.deepEqual(columns, compared, leaf);
});
