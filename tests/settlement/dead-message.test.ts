import assert from "node:assert/strict";
import { test } from "node:test";
import { cloneOf, PERIOD, populatedOriginal } from "./support.ts";

test("a bill whose message died, that changed, went, and came back as it was, is announced", async (t) => {
  const carrier = await cloneOf(t, await populatedOriginal(t, 20));
  await carrier.goLive();
  const account = await carrier.value<number>("select min(account_id) from bills");
  const ofAccount = `bill_id % 10000000000 = ${account}`;
  await carrier.client.query(
    `update notifications set state = 'DEAD', reason = 'permanent' where ${ofAccount}`,
  );
  await carrier.client.query(
    `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     select id, bucket, $2, 'final', 5000, 'test', 'test' from accounts where id = $1`,
    [account, `${PERIOD}-01`],
  );
  await carrier.goLive({ generation: 2 });
  const messages = (): Promise<object[]> =>
    carrier.rows(`select generation, state from notifications where ${ofAccount} order by generation`);
  assert.deepEqual(await messages(), [
    { generation: 1, state: "SUPERSEDED" },
    { generation: 2, state: "SCHEDULED" },
  ]);

  await carrier.client.query("delete from adjustments where account_id = $1 and reason = 'test'", [account]);
  const plan = await carrier.value("select plan from subscriptions where account_id = $1", [account]);
  await carrier.client.query("update subscriptions set plan = 'none' where account_id = $1", [account]);
  await carrier.goLive({ generation: 3 });
  await carrier.client.query("update subscriptions set plan = $2 where account_id = $1", [account, plan]);
  await carrier.goLive({ generation: 4 });
  assert.deepEqual(await messages(), [
    { generation: 1, state: "SUPERSEDED" },
    { generation: 2, state: "SUPERSEDED" },
    { generation: 4, state: "SCHEDULED" },
  ]);
});
