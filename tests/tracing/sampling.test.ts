import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { TOPICS } from "../../events/topics.ts";
import { createKafkaConsumer } from "../../platform/kafka-consumer.ts";
import { placeOfTraceparent } from "../../platform/tracing/trace-ids.ts";
import { createWorld, setBillingClock } from "../delivery/world.ts";
import { cloneOf, digestOf, expectDone, PERIOD, populatedOriginal, TARIFF } from "../settlement/support.ts";
import { testKafka } from "../support/kafka.ts";
import { startCollector } from "./collector.ts";

const MEMBERS = 60;
const noon = "2026-11-02T12:00:00+09:00";
const generation = ["--period", PERIOD, "--generation", "1"];

test("a fraction of messages is traced, the others carry no header; off, misled or without its collector a job works as ever", async (t) => {
  const collector = await startCollector(t);
  const carrier = await cloneOf(t, await populatedOriginal(t, MEMBERS));
  await setBillingClock(carrier.client, noon);
  const off = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_SDK_DISABLED: "true" };
  expectDone(await carrier.run(["prepare", "--name", "a", "--period", PERIOD, "--tariff", TARIFF], off));
  assert.deepEqual([collector.spans, collector.problems], [[], []]);
  const bad = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: "5" };
  const misled = await carrier.run(["settle", ...generation, "--partition", "0"], bad);
  assert.equal(misled.code, 78);
  assert.match(misled.error, /OTEL_TRACES_SAMPLER_ARG/);
  const away = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
  for (const partition of ["0", "1", "2", "3", "4", "5", "6", "7"]) {
    expectDone(
      await carrier.run(["settle", ...generation, "--partition", partition], partition === "0" ? away : {}),
    );
  }
  const proof = await carrier.verify();
  expectDone(proof);
  expectDone(await carrier.promote({ digest: digestOf(proof) }));
  await carrier.client.query("update notifications set due_at = billing_now() - interval '1 minute'");
  const { bootstrap } = await testKafka();
  const servers = { databaseUrl: carrier.url, bootstrap, database: carrier.client };
  const world = await createWorld(t, servers, ["--delay-ms", "5", "--failure-rate", "0"]);
  world.start("dispatcher", {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_TRACES_SAMPLER_ARG: "0.3",
  });
  await world.until("all queued", async () => {
    const found = await world.states();
    return { done: found["SCHEDULED"] === undefined, seen: JSON.stringify(found) };
  });
  const consumer = await createKafkaConsumer({
    ...{ bootstrap, clientId: "tests", group: `tests-${randomUUID()}`, topic: TOPICS.email, instanceId: "" },
    onFatal: (error) => {
      throw error;
    },
    onRejoin: () => undefined,
    onRebalance: () => undefined,
  });
  t.after(() => consumer.close());
  const emails = await carrier.value<number>("select count(*) from notifications where channel = 'email'");
  let [read, traced] = [0, 0];
  await world.until("all claim checks", async () => {
    for (const { headers = [] } of await consumer.poll(500)) {
      read++;
      if (headers.length === 0) continue;
      assert.ok(placeOfTraceparent(headers[0]?.["traceparent"]?.toString() ?? ""));
      traced++;
    }
    return { done: read >= emails, seen: `${read} of ${emails}` };
  });
  // Which ones follows from their numbers, so this is no chance.
  assert.ok(traced > emails * 0.1 && traced < emails * 0.5, `${traced} of ${emails}`);
});
