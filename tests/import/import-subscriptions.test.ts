import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketOf } from "../../database/bucket.ts";
import { accountHeader, contents, importing, type Importing, subscriptionHeader } from "./importing.ts";

async function withAccount({ accounts }: Importing): Promise<void> {
  await accounts(`${accountHeader}\n1001,1,Kim,,,,,,,,,KRW,2020-01-01,,,`);
}

test("subscriptions come with their contract and add-ons", async (t) => {
  const world = await importing(t);
  await withAccount(world);
  const { client } = world;
  const row =
    "5001,1001,kr-5g-30,2020-03-01,2026-10-20,24,,2026-10-20,roaming; media:2026-10-05:2026-10-20;music:2026-10-01";
  assert.equal((await world.subscriptions(`${subscriptionHeader}\n${row}`)).inserted, 1);
  const bucket = bucketOf(1001);
  const { rows: contracts } = await client.query(
    "select subscription_id, bucket, months, started_on::text, terminated_on::text from contracts",
  );
  assert.deepEqual(contracts, [
    { subscription_id: 5001, bucket, months: 24, started_on: "2020-03-01", terminated_on: "2026-10-20" },
  ]);
  const { rows: addOns } = await client.query(
    "select code, bucket, started_on::text, ended_on::text from add_ons order by code",
  );
  assert.deepEqual(addOns, [
    { code: "media", bucket, started_on: "2026-10-05", ended_on: "2026-10-20" },
    { code: "music", bucket, started_on: "2026-10-01", ended_on: null },
    { code: "roaming", bucket, started_on: "2020-03-01", ended_on: null },
  ]);
});

test("bad rows are told, and what contradicts a recorded subscription is one", async (t) => {
  const world = await importing(t);
  await withAccount(world);
  await world.subscriptions(`${subscriptionHeader}\n5001,1001,kr-5g-30,2020-03-01,,24,2026-01-01,,`);
  const summary = await world.subscriptions(
    [
      subscriptionHeader,
      "5001,1001,kr-5g-42,2020-03-01,,,,,",
      "5001,1001,kr-5g-30,2020-03-01,,12,2026-01-01,,",
      "5002,9999,kr-5g-30,2020-03-01,,,,,",
      "5003,1001,no plan,2020-03-01,2020-02-01,,2020-01-01,,a:b;c:2026-02-01:2026-01-01",
      "5004,1001,kr-5g-30,2020-03-01,,,,,",
      "5004,1001,kr-5g-30,2020-03-01,,,,,",
    ].join("\n"),
  );
  assert.deepEqual([summary.inserted, summary.rejected], [1, 5]);
  assert.deepEqual(
    world
      .rejects(summary)
      .map(({ line, field, reason }) => [line, field, /[a-z_]+$|already with another \w+/.exec(reason)?.[0]]),
    [
      ["2", "subscription", "already with another plan"],
      ["3", "subscription", "already"],
      ["4", "account", "first"],
      ["5", "ended_on; plan; contract_started_on; add_ons; add_ons", "starts"],
      ["7", "subscription", "already"],
    ],
  );
});

test("a contract of the same day with another term is a contradiction", async (t) => {
  const world = await importing(t);
  await withAccount(world);
  await world.subscriptions(`${subscriptionHeader}\n5001,1001,kr-5g-30,2020-03-01,,24,2026-01-01,,`);
  const summary = await world.subscriptions(
    `${subscriptionHeader}\n5001,1001,kr-5g-30,2020-03-01,,12,2026-01-01,,`,
  );
  assert.deepEqual(
    world.rejects(summary).map(({ field, value }) => [field, value]),
    [["contract_months", "12"]],
  );
});

test("an end, a broken contract and a new add-on are updates, and audited; the same file again is none", async (t) => {
  const world = await importing(t);
  await withAccount(world);
  const { client } = world;
  await world.subscriptions(`${subscriptionHeader}\n5001,1001,kr-5g-30,2020-03-01,,24,2026-01-01,,roaming`);
  const changed = `${subscriptionHeader}\n5001,1001,kr-5g-30,2020-03-01,2026-10-20,24,2026-01-01,2026-10-20,roaming::2026-10-20;media:2026-10-02`;
  assert.equal((await world.subscriptions(changed)).updated, 1);
  const { rows } = await client.query("select subject, detail -> 'changed' as changed from audit_log");
  assert.deepEqual(rows, [
    { subject: "subscription:5001", changed: ["ended_on", "contract_terminated_on", "add_ons"] },
  ]);
  const { rows: addOns } = await client.query("select code, ended_on::text from add_ons order by code");
  assert.deepEqual(addOns, [
    { code: "media", ended_on: null },
    { code: "roaming", ended_on: "2026-10-20" },
  ]);
  const after = await contents(client);
  assert.equal((await world.subscriptions(changed)).unchanged, 1);
  assert.equal(await contents(client), after);
});
