import assert from "node:assert/strict";
import { test } from "node:test";
import { insertLiveGeneration } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { createWorld, setBillingClock } from "./world.ts";

void test("a member whose time zone is none gets nothing and a dead letter; those beside get their bills", async (t) => {
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, "2026-11-02T12:00:00+09:00");
  await insertLiveGeneration(database, { period: "2026-10", generation: 1 }, 60);
  // As a row that was there before the table refused it.
  await database.query("alter table members disable trigger members_updated_time_zones");
  await database.query("update members set time_zone = 'Mars/Olympus' where id in (7, 30)");
  await database.query("alter table members enable trigger members_updated_time_zones");
  const world = await createWorld(t, { databaseUrl: url, bootstrap, database }, [
    ...["--delay-ms", "20", "--failure-rate", "0"],
  ]);
  for (const name of ["dispatcher", "email", "sms"]) world.start(name);
  await world.untilStates({ SENT: 58, DEAD: 2 });
  const { rows } = await database.query(
    "select bill_id % 10000000000 as account, cause, detail from dead_letters order by bill_id",
  );
  const why = { cause: "permanent", detail: "unknown-time-zone" };
  assert.deepEqual(rows, [
    { account: 7, ...why },
    { account: 30, ...why },
  ]);
  assert.equal(world.providerLog().filter(({ kind }) => kind === "accept").length, 58);
});
