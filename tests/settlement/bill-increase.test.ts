import assert from "node:assert/strict";
import { test } from "node:test";
import { largestBillIncreasePercent } from "../../database/run-ledger/largest-bill-increase.ts";
import { type Carrier, cloneOf, PERIOD, populatedOriginal } from "./support.ts";

// The gate SingleBillChanged: two whole generations compared bill by bill, in real tables.

const [before, after] = [
  { period: PERIOD, generation: 1 },
  { period: PERIOD, generation: 2 },
];

async function setBill(c: Carrier, generation: number, account: number, minor: number): Promise<void> {
  const sql = "update bills set total_minor = $3 where generation = $1 and account_id = $2 returning 1";
  assert.equal((await c.rows(sql, [generation, account, minor])).length, 1);
}

test("the bill that rose most counts, by its percentage; from zero, new, fallen or gone ones do not", async (t) => {
  const c = await cloneOf(t, await populatedOriginal(t, 14));
  await c.goLive({ partitions: 1 });
  await c.prove(2, 2);
  const largest = (): Promise<number> => largestBillIncreasePercent(c.client, after, before);
  assert.equal(await largest(), 0, "the same bills");
  const accounts = await c.rows<{ id: number }>(
    "select account_id as id from bills where generation = 1 order by 1",
  );
  const [risen = 0, fallen = 0, fromZero = 0, fresh = 0, gone = 0, small = 0] = accounts.map(({ id }) => id);
  assert.ok(small > 0, "enough bills");

  await setBill(c, 1, fallen, 90_000);
  await setBill(c, 2, fallen, 10);
  assert.equal(await largest(), 0, "a fall is no rise");
  await setBill(c, 1, fromZero, 0);
  await setBill(c, 2, fromZero, 9_000_000);
  assert.equal(await largest(), 0, "from zero there is no percentage");
  await c.rows("delete from bills where generation = 1 and account_id = $1", [fresh]);
  await setBill(c, 2, fresh, 9_000_000);
  assert.equal(await largest(), 0, "a new account has nothing to compare with");
  await c.rows("delete from bills where generation = 2 and account_id = $1", [gone]);
  assert.equal(await largest(), 0, "nor has one that is gone");
  // A smaller amount, and the larger share.
  await setBill(c, 1, risen, 40_000);
  await setBill(c, 2, risen, 90_000);
  await setBill(c, 1, small, 800);
  await setBill(c, 2, small, 2_802);
  assert.equal(await largest(), 250.25);
  assert.ok(
    (await largestBillIncreasePercent(c.client, before, after)) > 0,
    "the other way round: what fell, rose",
  );
});

test("the month before is compared by account, though its bills have other numbers", async (t) => {
  const c = await cloneOf(t, await populatedOriginal(t, 8));
  await c.goLive({ partitions: 1 });
  await c.rows(
    `create table bills_2026_09 partition of bills for values from (2026090000000000) to (2026100000000000)`,
  );
  // September: the same accounts, 800 each, as generation 3; October: 1000 each.
  await c.rows(
    `insert into bills (bill_id, account_id, generation, partition_index, item_count, state, taxable_minor, tax_minor,
       total_minor, digest, snapshot)
     select bill_id - 10000000000, account_id, 3, 0, item_count, state, taxable_minor, tax_minor, 800, digest, snapshot
     from bills where generation = 1`,
  );
  await c.rows("update bills set total_minor = 1000 where generation = 1");
  const september = { period: "2026-09", generation: 3 };
  assert.equal(await largestBillIncreasePercent(c.client, before, september), 25);
  assert.equal(await largestBillIncreasePercent(c.client, before, { ...september, generation: 2 }), 0);
});
