import assert from "node:assert/strict";
import { test } from "node:test";
import { toEpochDay } from "../../billing/epoch-day.ts";
import { bucketOf } from "../../database/bucket.ts";
import {
  accountHeader,
  contents,
  importing,
  type Importing,
  subscriptionHeader,
  usageHeader,
} from "./importing.ts";

async function withSubscriptions({ accounts, subscriptions }: Importing): Promise<void> {
  await accounts(
    `${accountHeader}\n1001,1,Kim,,,,,,,,,KRW,2020-01-01,,,\n1002,2,Lee,,,,,,,,,KRW,2020-01-01,,,`,
  );
  await subscriptions(
    `${subscriptionHeader}\n5001,1001,kr-5g-30,2020-03-01,,,,,\n5002,1002,kr-5g-30,2020-03-01,,,,,`,
  );
}

test("a record is billed in the month it starts in, in the billing time zone", async (t) => {
  const world = await importing(t);
  await withSubscriptions(world);
  const summary = await world.usage(
    [
      usageHeader,
      "a1,5001,voice,2026-10-31T23:59:59,12.5",
      "a2,5001,data,2026-11-01T00:00:00,0.001",
      "a3,5002,data,2026-10-31T14:59:59Z,1024",
      "a4,5002,data,2026-10-31T15:00:00Z,0",
      `"a,""5""",5002,data,2026-10-31 15:00:00-09:00,1000000000`,
    ].join("\r\n"),
  );
  assert.deepEqual([summary.inserted, summary.rejected], [5, 0]);
  const { rows } = await world.client.query(
    `select record_id, u.period::text, bucket, code as meter, quantity_milli, to_char(started_at at time zone 'UTC', 'DD HH24:MI:SS') as at
     from usage_records u join meters m on m.id = meter_id order by record_id`,
  );
  const [kim, lee] = [bucketOf(1001), bucketOf(1002)];
  assert.deepEqual(rows, [
    {
      record_id: 'a,"5"',
      period: "2026-11-01",
      bucket: lee,
      meter: "data",
      quantity_milli: 1e12,
      at: "01 00:00:00",
    },
    {
      record_id: "a1",
      period: "2026-10-01",
      bucket: kim,
      meter: "voice",
      quantity_milli: 12_500,
      at: "31 14:59:59",
    },
    {
      record_id: "a2",
      period: "2026-11-01",
      bucket: kim,
      meter: "data",
      quantity_milli: 1,
      at: "31 15:00:00",
    },
    {
      record_id: "a3",
      period: "2026-10-01",
      bucket: lee,
      meter: "data",
      quantity_milli: 1_024_000,
      at: "31 14:59:59",
    },
    {
      record_id: "a4",
      period: "2026-11-01",
      bucket: lee,
      meter: "data",
      quantity_milli: 0,
      at: "31 15:00:00",
    },
  ]);
});

test("bad rows are told with line, field and reason, and the others load", async (t) => {
  const world = await importing(t);
  await withSubscriptions(world);
  const summary = await world.usage(
    [
      usageHeader,
      "b1,5001,voice,2026-10-05T10:00:00,1.2345",
      "b2,5001,voice,2026-02-30T10:00:00,-1",
      "b3,5001,fax,2026-10-05T10:00:00,1",
      "b4,77,voice,2026-10-05T10:00:00,1",
      "b5,5001,voice,2026-10-05T10:00:00,1000000000.001",
      "b6,5001,voice,2026-10-05T10:00:00",
      "b7,5001,voice,2026-10-05T10:00:00,1.5000",
      "b7,5001,voice,2026-10-05T10:00:00,1.5",
      ",5001,voice,,",
      "b8,5001,voice,2026-10-05T10:00:00,1e3",
    ].join("\n"),
  );
  assert.deepEqual([summary.inserted, summary.rejected], [1, 9]);
  assert.deepEqual(
    world
      .rejects(summary)
      .map(({ line, field, reason, row }) => [line, field, reason.split(";")[0], row.slice(0, 8)]),
    [
      ["2", "quantity", "has more than 3 decimals", "b1,5001,"],
      ["3", "started_at; quantity", "is not a time of Asia/Seoul", "b2,5001,"],
      ["4", "meter", "no such meter in any recorded tariff", "b3,5001,"],
      ["5", "subscription", "no such subscription", "b4,77,vo"],
      ["6", "quantity", "is more than 1,000,000,000 units", "b5,5001,"],
      ["7", "row", "has 4 fields, the header has 5", "b6,5001,"],
      ["9", "record_id", "stands on line 8 already", "b7,5001,"],
      ["10", "record_id; started_at; quantity", "is empty", ",5001,vo"],
      ["11", "quantity", "is not a decimal number", "b8,5001,"],
    ],
  );
});

test("a record that is recorded is not taken once more in another time zone, in the month beside", async (t) => {
  const world = await importing(t);
  await withSubscriptions(world);
  const lines = [
    usageHeader,
    "c1,5001,data,2026-10-31T16:00:00Z,1024",
    "c2,5001,data,2026-10-15T12:00:00Z,1024",
    "c3,5002,data,2026-09-30T15:30:00Z,1024",
  ];
  assert.equal((await world.usage(lines.join("\n"))).inserted, 3);
  const again = await world.usage(lines.join("\n"), { timeZone: "UTC" });
  assert.deepEqual([again.inserted, again.unchanged, again.rejected], [0, 1, 2]);
  assert.deepEqual(
    world.rejects(again).map(({ line, field, reason }) => [line, field, reason]),
    [
      ["2", "record_id", "is recorded already in 2026-11: it was imported with another --time-zone"],
      ["4", "record_id", "is recorded already in 2026-10: it was imported with another --time-zone"],
    ],
  );
  // A source that counts anew each month uses its numbers again, for other events.
  const anew = await world.usage(`${usageHeader}\nc1,5001,data,2026-12-01T00:00:01,1`);
  assert.deepEqual([anew.inserted, anew.rejected], [1, 0]);
});

test("the same records again change nothing; the same record with other values is refused", async (t) => {
  const world = await importing(t);
  await withSubscriptions(world);
  const file = `${usageHeader}\nc1,5001,voice,2026-10-05T10:00:00,10\nc2,5002,voice,2026-10-05T10:00:00,20\n`;
  await world.usage(file);
  const before = await contents(world.client);
  const same = await world.usage(file);
  assert.deepEqual([same.inserted, same.unchanged, same.rejected], [0, 2, 0]);
  assert.ok(same.importedBefore);
  const mixed = await world.usage(
    [
      usageHeader,
      "c1,5001,voice,2026-10-05T10:00:00,11",
      // Another account's, so it would stand in another bucket and pass the primary key.
      "c2,5001,data,2026-10-05T10:00:01,20",
    ].join("\n"),
  );
  assert.deepEqual(
    world.rejects(mixed).map(({ reason }) => reason),
    [
      "is recorded already with another quantity",
      "is recorded already with another subscription, meter, started_at",
    ],
  );
  assert.equal(await contents(world.client), before);
});

test("with --period, records of other months are rejected", async (t) => {
  const world = await importing(t);
  await withSubscriptions(world);
  const summary = await world.usage(
    `${usageHeader}\nd1,5001,voice,2026-10-31T23:59:59,1\nd2,5001,voice,2026-11-01T00:00:00,1`,
    { period: toEpochDay(2026, 10, 1) },
  );
  assert.deepEqual(
    [summary.inserted, world.rejects(summary).map(({ line, reason }) => [line, reason])],
    [1, [["3", "lies in 2026-11 (Asia/Seoul), not in 2026-10"]]],
  );
});

test("text that is not UTF-8 is rejected, not repaired", async (t) => {
  const world = await importing(t);
  await withSubscriptions(world);
  const path = world.file(
    "latin1.csv",
    Buffer.concat([
      Buffer.from(`${usageHeader}\ne`),
      Buffer.from([0xe9]),
      Buffer.from(",5001,voice,2026-10-05T10:00:00,1\n"),
    ]),
  );
  const { importFile } = await import("../../jobs/import/import-file.ts");
  const { usageImporter } = await import("../../jobs/import/import-usage.ts");
  const request = { file: path, rejectFile: `${path}.rejects`, dryRun: false };
  const summary = await importFile(
    world.client,
    usageImporter({ timeZone: "Asia/Seoul", period: null }),
    request,
  );
  assert.deepEqual(
    world.rejects(summary).map(({ reason }) => reason),
    ["is not valid UTF-8 text"],
  );
});
