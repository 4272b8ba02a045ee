import assert from "node:assert/strict";
import { test } from "node:test";
import { deliveryScene, sendAll, type Scene } from "./scene.ts";

async function emailOf({ viewer }: Scene): Promise<Record<string, unknown>> {
  const { body, status, text } = await viewer.get("/api/v1/channels");
  assert.equal(status, 200, text);
  return body.channels.find(({ channel }: { channel: string }) => channel === "email");
}

void test("a channel is paused with a reason, seen as paused, and resumed", async (t) => {
  const scene = await deliveryScene(t, 2);
  assert.deepEqual([(await emailOf(scene))["paused"], (await emailOf(scene))["control"]], [false, null]);
  const silent = await scene.operator.send("POST", "/api/v1/channels/email/pause", {});
  assert.equal(silent.status, 400);
  const pause = { reason: "the gateway rejects everything" };
  const done = await scene.operator.send("POST", "/api/v1/channels/email/pause", pause);
  assert.deepEqual(done.body, { channel: "email", changed: true });
  const again = await scene.operator.send("POST", "/api/v1/channels/email/pause", pause);
  assert.deepEqual(again.body, { channel: "email", changed: false });
  const email = await emailOf(scene);
  assert.equal(email["paused"], true);
  assert.deepEqual((email["control"] as Record<string, unknown>)["by"], "operator");
  assert.equal((await scene.operator.send("POST", "/api/v1/channels/email/resume")).body.changed, true);
  assert.equal((await emailOf(scene))["paused"], false);
  assert.equal((await scene.operator.send("POST", "/api/v1/channels/fax/pause", pause)).status, 400);
  assert.equal((await scene.viewer.send("POST", "/api/v1/channels/sms/pause", pause)).status, 403);
});

void test("what the last sends say: failures by outcome, being throttled is none; old sends do not count", async (t) => {
  const scene = await deliveryScene(t, 12);
  await sendAll(scene, [1, 2, 3]);
  await sendAll(scene, [4], { outcome: "transient", state: "SCHEDULED" });
  await sendAll(scene, [5], { outcome: "throttled", state: "SCHEDULED" });
  await scene.owner.query(
    `insert into send_counts (period, generation, channel, outcome, minute, sends, duration_ms)
     values ('2026-10-01', 1, 'email', 'permanent', billing_now() - interval '1 hour', 90, 1)`,
  );
  await scene.owner.query(
    `insert into provider_rates values ('email', 'gateway', '-infinity', now() + interval '1 minute')`,
  );
  const email = await emailOf(scene);
  assert.deepEqual([email["sends"], email["failed"], email["failureShare"]], [5, 1, 0.2]);
  assert.deepEqual(email["byOutcome"], { accepted: 3, transient: 1, throttled: 1 });
  assert.deepEqual(email["open"], { SCHEDULED: 9 });
  const [provider] = email["providers"] as Record<string, unknown>[];
  assert.equal(provider?.["takenUntil"], null);
  assert.ok(Date.parse(String(provider["throttledUntil"])) > Date.now());
});

void test("a provider's breaker in each consumer that runs, and the worst of them; a silent consumer is gone", async (t) => {
  const scene = await deliveryScene(t, 1);
  await scene.owner.query(
    "insert into provider_rates (channel, provider) values ('email', 'alpha'), ('email', 'beta')",
  );
  await scene.owner.query(
    `insert into provider_breakers (channel, provider, consumer, state, probe_at, told_at)
     values ('email', 'alpha', 'pod-a/1', 'closed', null, now()),
            ('email', 'alpha', 'pod-b/1', 'open', now() + interval '20 seconds', now()),
            ('email', 'beta', 'pod-c/1', 'open', now(), now() - interval '1 minute')`,
  );
  const [alpha, beta] = (await emailOf(scene))["providers"] as Record<string, unknown>[];
  assert.equal(alpha?.["breaker"], "open");
  const told = alpha["breakers"] as Record<string, unknown>[];
  assert.deepEqual(
    told.map(({ consumer, state, probeAt }) => [consumer, state, probeAt === null]),
    [
      ["pod-a/1", "closed", true],
      ["pod-b/1", "open", false],
    ],
  );
  assert.deepEqual([beta?.["breaker"], beta?.["breakers"]], [null, []]);
});

void test("delivery is held by an operator, and armed again by an approver only", async (t) => {
  const scene = await deliveryScene(t, 3);
  const held = await scene.operator.send("POST", "/api/v1/delivery/hold", { reason: "wrong amounts" });
  assert.deepEqual(held.body, { changed: true }, held.text);
  const { body } = await scene.viewer.get("/api/v1/channels");
  assert.deepEqual(
    [body.held.cause, body.held.by, body.held.reason],
    ["by-order", "operator", "wrong amounts"],
  );
  assert.equal(
    (await scene.operator.send("POST", "/api/v1/delivery/arm", { reason: "it is fine" })).status,
    403,
  );
  const foreseen = await scene.approver.send("POST", "/api/v1/delivery/arm/dry-run", {
    reason: "it is fine",
  });
  assert.deepEqual([foreseen.body.was, foreseen.body.due], ["by-order", 3], foreseen.text);
  assert.equal((await scene.viewer.get("/api/v1/channels")).body.held.cause, "by-order");
  const armed = await scene.approver.send("POST", "/api/v1/delivery/arm", { reason: "it is fine" });
  assert.deepEqual([armed.body.was, armed.body.open], ["by-order", { SCHEDULED: 3 }], armed.text);
  assert.equal((await scene.viewer.get("/api/v1/channels")).body.held, null);
});
