import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import { oneNotificationPerBill } from "../../database/invariants/one-notification-per-bill.ts";
import { lockFollowUps } from "../../database/notifications/lock-follow-ups.ts";
import { cancelNotifications } from "../../database/run-ledger/cancel-notifications.ts";
import { followUp } from "../../notification/follow-up.ts";
import { cloneOf, expectDone, PERIOD, populatedOriginal, type Carrier } from "./support.ts";

// A run is cancelled after its bills went live, and the month is settled again.

let original = "";

before(async (t) => {
  original = await populatedOriginal(t as TestContext, 50);
});

/** Live bills by what their member was told of them, or will be. */
function told(carrier: Carrier): Promise<{ told: string; bills: number }[]> {
  return carrier
    .rows(
      `select case when bool_or(n.state = 'SENT') then 'sent' when bool_or(n.state = 'SCHEDULED') then 'scheduled'
                 else 'never' end as told, count(distinct b.bill_id) as bills
     from generations g join bills b on b.generation = g.number
     left join notifications n on n.bill_id = b.bill_id
     where g.state = 'live' group by b.bill_id`,
    )
    .then((rows) => {
      const counts = new Map<string, number>();
      for (const row of rows as { told: string }[]) counts.set(row.told, (counts.get(row.told) ?? 0) + 1);
      return [...counts].sort().map(([word, bills]) => ({ told: word, bills }));
    });
}

test("bills whose messages were cancelled with their run are announced by the next one; those that were sent are not", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive();
  const bills = await carrier.value<number>("select billed from generations");
  await carrier.client.query(
    "update notifications set state = 'SENT' where bill_id in (select bill_id from notifications order by bill_id limit 10)",
  );
  assert.equal(await cancelNotifications(carrier.client, { period: PERIOD, generation: 1 }), bills - 10);
  await carrier.goLive({ generation: 2 });
  assert.deepEqual(await told(carrier), [
    { told: "scheduled", bills: bills - 10 },
    { told: "sent", bills: 10 },
  ]);
  assert.equal(await carrier.value("select count(*) from notifications where generation = 2"), bills - 10);
  // That each follows a former message is no obstacle: it is known that nobody was told.
  await carrier.client.query("update notifications set due_at = '2000-01-01' where generation = 2");
  const address = { period: PERIOD, generation: 2 };
  const { rows } = await lockFollowUps(carrier.client, address, bills);
  const kinds = new Set(rows.map(({ amountMinor, former }) => followUp(amountMinor, former).kind));
  assert.deepEqual([rows.length, [...kinds]], [bills - 10, ["first"]]);
  const invariant = await oneNotificationPerBill(carrier.client, address);
  assert.ok(invariant.holds, invariant.detail);
});

test("a run that is cancelled while another is promoted, or after it, takes nothing from the other", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive();
  const bills = await carrier.value<number>("select billed from generations");
  const digest = await carrier.prove(3, 2);
  const other = await carrier.connect();
  t.after(() => other.end());
  // The messages of generation 2 are planned; its promotion waits.
  const generations = "hashtext('generations 2026-10')";
  await other.query(`select pg_advisory_lock(${generations})`);
  const promotion = carrier.promote({ generation: 2, digest });
  await carrier.untilWaiting(1);
  const cancelling = carrier.connect().then(async (client) => {
    try {
      return await cancelNotifications(client, { period: PERIOD, generation: 1 });
    } finally {
      await client.end();
    }
  });
  await Promise.race([cancelling, carrier.untilWaiting(2)]);
  await other.query(`select pg_advisory_unlock(${generations})`);
  expectDone(await promotion);
  assert.equal(await cancelling, 0);
  assert.deepEqual(await told(carrier), [{ told: "scheduled", bills }]);
  assert.equal(await cancelNotifications(carrier.client, { period: PERIOD, generation: 1 }), 0);
  assert.deepEqual(await told(carrier), [{ told: "scheduled", bills }]);
});
