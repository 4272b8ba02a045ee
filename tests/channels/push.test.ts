import assert from "node:assert/strict";
import { test } from "node:test";
import { insertLiveGeneration } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { createWorld, setBillingClock } from "../delivery/world.ts";

const token = "device-0123456789";

void test("who prefers push gets one; a token that is gone leads to e-mail, and then to SMS", async (t) => {
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, "2026-11-02T12:00:00+09:00");
  const servers = { databaseUrl: url, bootstrap, database };
  const world = await createWorld(t, servers, ["--delay-ms", "50", "--failure-rate", "0"]);
  const channelPlan = "push,email,sms";
  const members = [
    { channelPlan, pushToken: token },
    { channelPlan, pushToken: "bounce+unregistered" },
    { channelPlan, pushToken: "bounce+unregistered", email: "bounce+3@example.com" },
    { channelPlan },
  ];
  const address = { period: "2026-10", generation: 1 };
  await insertLiveGeneration(database, address, members.length, (n) => members[n - 1] ?? {});
  const processes = ["dispatcher", "email", "sms", "push"].map((name) => world.start(name));
  await world.untilStates({ SENT: 4 });

  const { rows } = await database.query<{ channel: string }>(
    "select channel from notifications order by member_id",
  );
  assert.deepEqual(
    rows.map(({ channel }) => channel),
    ["push", "email", "sms", "email"],
  );
  assert.deepEqual(
    world
      .providerLog()
      .map(({ channel }) => channel)
      .toSorted(),
    ["email", "email", "push", "sms"],
  );
  for (const { stderr } of processes) assert.doesNotMatch(stderr(), /device-0123|bounce\+/);
});
