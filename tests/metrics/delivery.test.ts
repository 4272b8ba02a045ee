import assert from "node:assert/strict";
import { test } from "node:test";
import { TOPICS } from "../../events/topics.ts";
import { freePort } from "../../local/free-port.ts";
import { createWorld, setBillingClock } from "../delivery/world.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { scrape, type Scrape } from "./scrape.ts";

const noonInSeoul = "2026-11-02T12:00:00+09:00";
const messages = 40;

/** Adds up the series whose labels have this part. */
function sum(values: Readonly<Record<string, number>>, part = ""): number {
  const wanted = Object.entries(values).filter(([name]) => name.includes(part));
  return wanted.reduce((total, [, value]) => total + value, 0);
}

const lagOf = (seen: Scrape): number => sum(seen.all("billing_kafka_lag"), `topic="${TOPICS.email}"`);

test("dispatcher and consumer tell of the outbox, the lag, the sends and the pools as they are", async (t) => {
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, noonInSeoul);
  const simulator = ["--delay-ms", "10", "--failure-rate", "0"];
  const world = await createWorld(t, { databaseUrl: url, bootstrap, database }, simulator);
  await insertLiveGeneration(database, { period: "2026-10", generation: 1 }, messages, (n) =>
    n === 1 ? { email: null, channelPlan: "email" } : {},
  );
  // A month that is not released is not late, however long it has been due.
  await insertLiveGeneration(database, { period: "2026-09", generation: 1 }, 3);
  await database.query("update generations set released_at = null where period = '2026-09-01'");

  const [dispatcherPort, emailPort] = [await freePort(), await freePort()];
  const look = async (what: string, port: number, done: (seen: Scrape) => boolean): Promise<Scrape> => {
    let last: Scrape | null = null;
    await world.until(what, async () => {
      last = await scrape(port);
      return { done: last !== null && done(last), seen: JSON.stringify(last?.all("billing_notifications")) };
    });
    assert.ok(last);
    return last;
  };
  world.start("dispatcher", { HEALTH_PORT: String(dispatcherPort), MAX_QUEUED: "30", DISPATCH_BATCH: "15" });

  const waiting = await look("the backlog", dispatcherPort, (seen) => lagOf(seen) === 30);
  assert.equal(sum(waiting.all("billing_notifications")), messages + 3);
  assert.equal(sum(waiting.all("billing_notifications"), 'state="QUEUED"'), 30);
  const late = waiting.of('billing_outbox_oldest_due_seconds{channel="email"}') ?? 0;
  assert.ok(late > 0, "ten messages are due and may not be queued");
  assert.equal(waiting.of('billing_outbox_oldest_due_seconds{channel="sms"}'), 0);
  assert.equal(waiting.of("billing_outbox_oldest_batch_seconds"), 0);
  assert.equal(waiting.of('billing_claim_checks_queued_total{channel="email"}'), 30);
  const batches = waiting.of('billing_dispatch_seconds_count{channel="email",step="produce"}') ?? 0;
  assert.ok(batches >= 2, String(batches));
  assert.equal(waiting.of("billing_database_pool_size"), 2);

  world.start("email", { HEALTH_PORT: String(emailPort) });
  await world.until("all sent", async () => {
    const found = await world.states();
    return { done: found["SENT"] === messages - 1 && found["DEAD"] === 1, seen: JSON.stringify(found) };
  });
  const sent = await look(
    "the sends",
    emailPort,
    (seen) => sum(seen.all("billing_sends_total")) >= messages - 1,
  );
  assert.equal(sum(sent.all("billing_sends_total"), 'outcome="accepted"'), messages - 1);
  assert.equal(sent.of('billing_sends_in_quiet_hours_total{channel="email"}'), 0);
  assert.equal(sent.of('billing_claim_check_age_seconds_count{channel="email"}'), messages);
  assert.equal(sent.of('billing_dead_letters_total{channel="email",cause="no-contact"}'), 1);
  assert.equal(sent.of("billing_database_pool_size"), 3);
  assert.ok((sent.of('billing_claim_seconds_count{channel="email"}') ?? 0) > 0);
  assert.ok((sent.of('billing_result_write_seconds_count{channel="email"}') ?? 0) > 0);

  const through = await look("no lag and an open dead letter", dispatcherPort, (seen) => {
    return lagOf(seen) === 0 && seen.of('billing_dead_letters_open{channel="email"}') === 1;
  });
  assert.equal(through.of('billing_outbox_oldest_due_seconds{channel="email"}'), 0);
});
