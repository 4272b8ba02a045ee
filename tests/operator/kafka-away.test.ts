import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { startKafka } from "../../local/kafka-server.ts";
import { createWorld as createDeliveryWorld, setBillingClock } from "../delivery/world.ts";
import { serverFolder } from "../support/server-folder.ts";
import { conditionOf, createWorld } from "./world.ts";

test("Kafka away during delivery: the run says since when, an Event tells it once, and it goes on when Kafka is back", async (t) => {
  const dataDir = await serverFolder("kafka");
  const kafka = await startKafka({ dataDir });
  t.after(async () => {
    await kafka.kill9();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const world = await createWorld(t);
  const { carrier } = world;
  await setBillingClock(carrier.client, "2026-11-02T12:00:00+09:00");
  const servers = { databaseUrl: carrier.url, bootstrap: kafka.bootstrap, database: carrier.client };
  const delivery = await createDeliveryWorld(t, servers, ["--delay-ms", "5", "--failure-rate", "0"]);
  world.startOperator();
  await world.apply("october", { dispatch: { release: "Manual", notificationPolicyRef: "default" } });
  await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingRelease");
  await carrier.rows("update notifications set due_at = billing_now() - interval '1 minute'");
  const dispatcher = delivery.start("dispatcher");
  await delivery.until("the dispatcher at work", () =>
    Promise.resolve({ done: dispatcher.stderr().includes("dispatching"), seen: dispatcher.stderr() }),
  );

  await kafka.kill9();
  await world.change("october", { dispatch: { release: "Automatic" } });
  await delivery.until("batches that Kafka does not take", async () => {
    const [row] = await carrier.rows<{ open: number }>("select count(*)::int as open from outbox_batches");
    return { done: (row?.open ?? 0) > 0, seen: JSON.stringify(row) };
  });
  // A moment is no outage.
  await world.until(
    "october",
    "was to deliver",
    (seen) => conditionOf(seen, "Delivered").reason === "Delivering",
  );
  await carrier.rows("update outbox_batches set created_at = created_at - interval '5 minutes'");
  const stuck = await world.until(
    "october",
    "was to say that Kafka takes nothing",
    (seen) => conditionOf(seen, "Delivered").reason === "OutboxStuck",
  );
  const { status, message } = conditionOf(stuck, "Delivered");
  assert.equal(status, "False");
  assert.match(message, /^0 of \d+ messages .*Kafka does not take .* since 20\d\d-.*Z: is it there/);
  await world.eventually(
    async () => (await world.kubectl("get", "events")).includes("OutboxStuck"),
    () => "an Event was to tell of Kafka",
  );

  await kafka.restart();
  await world.until(
    "october",
    "was to deliver again",
    (seen) => conditionOf(seen, "Delivered").reason === "Delivering",
  );
  assert.equal(await carrier.value<number>("select count(*)::int from outbox_batches"), 0);
  const reasons = await world.eventReasons("october");
  assert.equal(reasons.filter((reason) => reason === "OutboxStuck").length, 1);
  await carrier.rows("update notifications set state = 'SENT'");
  assert.equal((await world.untilFinished("october")).phase, "Completed");
});
