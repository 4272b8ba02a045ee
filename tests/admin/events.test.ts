import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import express from "express";
import { EventHub, type LiveEvent } from "../../admin/events/event-hub.ts";
import { eventStream } from "../../admin/events/event-stream.ts";
import { topicNames, topics, type TopicName } from "../../admin/events/topics.ts";
import { createLogger } from "../../platform/logger.ts";
import { createPool } from "../../platform/postgres.ts";
import { startAdmin } from "./admin.ts";
import { openStream } from "./streams.ts";

void test("a change is told to all who listen, once, by one query a round; nobody listening, nobody asks", async (t) => {
  const { databaseUrl, owner } = await startAdmin(t);
  const options = { url: databaseUrl, role: "billing_admin", applicationName: "tests" };
  const pool = createPool(options, { size: 2, onIdleError: () => undefined });
  t.after(() => pool.end());
  const asked = new Map<TopicName, number>();
  const read = Object.fromEntries(
    topicNames.map((name) => [
      name,
      (from: typeof pool) => {
        asked.set(name, (asked.get(name) ?? 0) + 1);
        return topics[name](from);
      },
    ]),
  ) as typeof topics;
  const hub = new EventHub({ pool, logger: createLogger("tests", "error"), everyMs: 50, read });
  const heard: LiveEvent[][] = [[], []];
  const stops = heard.map((own) => hub.listen(new Set(["controls"]), undefined, (event) => own.push(event)));
  await until(() => heard.every((own) => own.length === 1));
  await owner.query(
    "insert into channel_controls (channel, paused, reason, changed_by) values ('sms', true, 'test', 'test')",
  );
  await until(() => heard.every((own) => own.length === 2));
  for (const own of heard) {
    assert.deepEqual(
      own.map(({ text }) => text),
      ['{"paused":[],"held":null}', '{"paused":["sms"],"held":null}'],
    );
  }
  assert.deepEqual([...asked.keys()], ["controls"], "nobody asks for what nobody listens to");

  const late: LiveEvent[] = [];
  const lastId = heard[0]?.at(-1)?.id;
  stops.push(hub.listen(new Set(["controls"]), lastId, (event) => late.push(event)));
  stops.push(hub.listen(new Set(["controls"]), heard[0]?.[0]?.id, (event) => heard.push([event])));
  assert.deepEqual([late.length, heard.length], [0, 3], "who has seen it is not told again, who has not is");

  for (const stop of stops) stop();
  await sleep(120);
  const before = asked.get("controls");
  await sleep(200);
  assert.equal(asked.get("controls"), before);
});

void test("the stream is for who is signed in, names its topics, and ends with the session", async (t) => {
  const admin = await startAdmin(t, (parts) => ({ ...parts, heartbeatMs: 200 }));
  assert.equal((await admin.fetch("/api/v1/events")).status, 401);
  const viewer = await admin.as("viewer");
  const wrong = await viewer.get("/api/v1/events?topics=runs,weather");
  assert.deepEqual([wrong.status, wrong.body.errors[0].field], [400, "topics"]);

  const stream = await openStream(admin, "viewer", "/api/v1/events?topics=runs,queue");
  t.after(() => stream.close());
  assert.equal(stream.type, "text/event-stream; charset=utf-8");
  for (const topic of ["runs", "queue"]) {
    await until(() => stream.text().includes(`event: ${topic}\ndata: []`));
  }
  await until(() => stream.text().includes(": still here"));
  await admin.owner.query("delete from admin_sessions");
  await until(() => stream.ended());
  assert.match(stream.text(), /event: session-ended/);
});

void test("a listener that does not read is let go before what waits for it fills the memory", async (t) => {
  const admin = await startAdmin(t);
  let told = 0;
  const read = { ...topics, sends: () => Promise.resolve(`${told++}`.padEnd(200_000, ".")) };
  const pool = createPool(
    { url: admin.databaseUrl, applicationName: "tests" },
    { size: 1, onIdleError: () => undefined },
  );
  t.after(() => pool.end());
  const hub = new EventHub({ pool, logger: createLogger("tests", "error"), everyMs: 5, read: read });
  const stream = eventStream({
    hub,
    authenticate: () =>
      Promise.resolve({ name: "tests", roles: new Set(["viewer"] as const), via: "session" }),
    isStillIn: () => Promise.resolve(true),
  });
  let unread = 0;
  const server = createServer(
    express().use((request, response, next) => {
      const written = setInterval(() => (unread = Math.max(unread, response.writableLength)), 1);
      response.once("close", () => clearInterval(written));
      (stream(request, response, next) as Promise<void>).catch(next);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined).pause();
  socket.write("GET /?topics=sends HTTP/1.1\r\nhost: tests\r\n\r\n");
  await until(() => unread > 0);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  while ((await connections()) > 0) await sleep(20);
  assert.ok(unread < 2_000_000, `${unread} bytes waited`);
  socket.resume();
  await closed;
  const last = told;
  await sleep(100);
  assert.equal(told, last, "nobody listens any more");
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it did not come to that within 10 s");
    await sleep(20);
  }
}
