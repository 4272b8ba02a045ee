import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { runPlace } from "../../platform/tracing/trace-ids.ts";
import { createWorld, setBillingClock } from "../delivery/world.ts";
import { cloneOf, digestOf, expectDone, PERIOD, populatedOriginal, TARIFF } from "../settlement/support.ts";
import { testKafka } from "../support/kafka.ts";
import { startCollector, type ReceivedSpan } from "./collector.ts";

const MEMBERS = 60;
const noon = "2026-11-02T12:00:00+09:00";
const generation = ["--period", PERIOD, "--generation", "1"];

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan[] =>
  spans.filter((span) => span.name === name);

test("from run to send: the jobs of a run are one trace; a message is one, from the outbox to its provider, and points at its run", async (t) => {
  const collector = await startCollector(t);
  const carrier = await cloneOf(t, await populatedOriginal(t, MEMBERS));
  await setBillingClock(carrier.client, noon);
  const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER: "always_on" };
  const runId = randomUUID();
  const prepare = ["prepare", "--name", "traced", "--run-id", runId, "--period", PERIOD, "--tariff", TARIFF];
  expectDone(await carrier.run([...prepare, "--partitions", "2"], otel));
  for (const partition of ["0", "1"]) {
    expectDone(await carrier.run(["settle", ...generation, "--partition", partition], otel));
  }
  const proof = await carrier.run(["verify", ...generation], otel);
  expectDone(proof);
  const refused = await carrier.run(["promote", ...generation, "--digest", "00".repeat(32)], otel);
  assert.equal(refused.code, 43);
  const now = ["--release", "automatic", "--digest", digestOf(proof)];
  expectDone(await carrier.run(["promote", ...generation, ...now], otel));

  const run = runPlace(runId, 1);
  const jobs = collector.spans.map(({ name, isError }) => `${name}${isError ? " failed" : ""}`);
  assert.deepEqual(jobs.sort(), ["prepare", "promote", "promote failed", "settle", "settle", "verify"]);
  for (const span of collector.spans) {
    assert.deepEqual([span.traceId, span.parentSpanId], [run.traceId, run.spanId], span.name);
    assert.equal(span.service, `billing-${span.name}`);
    assert.equal(span.attributes["billing.period"], PERIOD);
    assert.ok(span.endMs >= span.startMs && span.endMs - span.startMs < 120_000);
  }
  assert.deepEqual(
    named(collector.spans, "settle").map(({ attributes }) => attributes["billing.partition"]),
    [0, 1],
  );
  const failed = collector.spans.find(({ isError }) => isError);
  assert.equal(failed?.attributes["error.type"], "digest-differs");

  // Whatever day and quiet hours members have chosen: all of it is due now.
  await carrier.client.query("update notifications set due_at = billing_now() - interval '1 minute'");
  const { bootstrap } = await testKafka();
  const servers = { databaseUrl: carrier.url, bootstrap, database: carrier.client };
  const world = await createWorld(t, servers, ["--delay-ms", "5", "--failure-rate", "0"]);
  const dispatcher = world.start("dispatcher", otel);
  const channels = ["email", "sms", "push"].map((channel) => world.start(channel, otel));
  const total = await carrier.value<number>("select count(*) from notifications");
  assert.ok(total > 10);
  await world.until("everything sent or held back", async () => {
    const found = await world.states();
    return {
      done: (found["QUEUED"] ?? 0) + (found["SENDING"] ?? 0) === 0 && (found["SENT"] ?? 0) > 10,
      seen: JSON.stringify(found),
    };
  });
  for (const { child } of [dispatcher, ...channels]) child.kill("SIGTERM");
  for (const { ended } of [dispatcher, ...channels]) assert.equal(await ended, 0);

  assert.deepEqual(collector.problems, []);
  const sends = collector.spans.filter(({ name }) => name.startsWith("send "));
  const sent = await carrier.value<number>("select count(*) from notification_attempts");
  assert.equal(sends.length, sent, "a span for each call of a provider");
  const byId = new Map(collector.spans.map((span) => [span.spanId, span]));
  for (const send of sends) {
    const deliver = byId.get(send.parentSpanId);
    const queue = byId.get(deliver?.parentSpanId ?? "");
    assert.ok(deliver && queue, "the chain is whole");
    assert.deepEqual([queue.kind, deliver.kind, send.kind], [4, 5, 3]);
    assert.equal(queue.service, "billing-dispatcher");
    assert.equal(deliver.service, `billing-${String(deliver.attributes["billing.channel"])}`);
    assert.deepEqual([deliver.traceId, send.traceId], [queue.traceId, queue.traceId]);
    assert.notEqual(queue.traceId, run.traceId);
    assert.deepEqual(queue.links, [run.traceId]);
    assert.equal(queue.attributes["billing.bill_id"], deliver.attributes["billing.bill_id"]);
    assert.equal(send.attributes["billing.outcome"], "accepted");
  }
  assert.equal(new Set(sends.map(({ traceId }) => traceId)).size, sends.length, "each message has its own");
  const texts = collector.spans.flatMap(({ attributes }) => Object.values(attributes)).map(String);
  assert.ok(texts.length > 100);
  for (const text of texts) assert.doesNotMatch(text, /@|^0\d{8}|^\+/, "no contact stands in a span");
});
