import assert from "node:assert/strict";
import { test } from "node:test";
import { billPlaces } from "../../database/bills/bill-places.ts";
import { readBillRows } from "../../database/bills/bill-rows.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

test("bills are looked for where their messages say they are, and everywhere where messages do not tell", async (t) => {
  const { connect } = await testDatabase(t);
  const client = await connect();
  const [first, second, elsewhere] = [
    { period: "2026-10", generation: 1 },
    { period: "2026-10", generation: 2 },
    { period: "2026-09", generation: 1 },
  ] as const;
  await insertLiveGeneration(client, elsewhere, 3);
  await insertLiveGeneration(client, first, 5);
  await client.query("update generations set state = 'superseded' where period = '2026-10-01'");
  await insertLiveGeneration(client, second, 5);
  await client.query(
    "insert into accounts (id, member_id, currency, joined_on) select id, id, 'KRW', '2020-01-01' from members",
  );
  // As promotion leaves it: a bill that did not change is not announced again.
  await client.query("delete from notifications where generation = 2 and bill_id = $1", [
    billIdOf("2026-10", 5),
  ]);
  const ids = [4, 5].flatMap((number) => ["2026-10", "2026-09"].map((month) => billIdOf(month, number)));
  const all = [second, first, elsewhere];
  assert.deepEqual(await billPlaces(client, all, ids), [null, [0], []]);
  assert.deepEqual(await billPlaces(client, [second], [billIdOf("2026-10", 4)]), [[0]]);
  const rows = await readBillRows(client, all, { billIds: ids });
  assert.deepEqual(
    rows.map(({ period, generation, billId }) => [period, generation, billId - billIdOf(period, 0)]),
    [
      ["2026-10", 2, 4],
      ["2026-10", 2, 5],
      ["2026-10", 1, 4],
      ["2026-10", 1, 5],
    ],
  );
  assert.deepEqual(await readBillRows(client, [elsewhere], { billIds: [billIdOf("2026-09", 4)] }), []);
  // Proved and not promoted, or promoted without messages.
  await client.query("drop table notifications_2026_10_g2");
  assert.deepEqual(await billPlaces(client, [second], [billIdOf("2026-10", 4)]), [null]);
  assert.equal((await readBillRows(client, [second], { billIds: [billIdOf("2026-10", 4)] })).length, 1);
});
