import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { createHttpSender } from "./http-sender.ts";
import type { SendResult } from "./sender.ts";

const message = { idempotencyKey: "1.g1:email:m1", to: "a@example.com", content: { subject: "s" } };

/** Sends one message to a server that answers as told. */
async function sendTo(t: TestContext, listener: RequestListener): Promise<SendResult> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sender = createHttpSender({
    origin: `http://127.0.0.1:${port}`,
    path: "/v1",
    timeoutMs: 300,
    connections: 2,
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const result = await sender.send(message);
  await sender.close();
  return result;
}

void test("the key travels as a header, and the provider's number comes back", async (t) => {
  const result = await sendTo(t, (request, response) => {
    response.end(JSON.stringify({ id: request.headers["idempotency-key"] }));
  });
  assert.deepEqual(result, {
    outcome: { kind: "accepted" },
    providerMessageId: "1.g1:email:m1",
    detail: "http-200",
  });
});

const cases = [
  [500, {}, { kind: "transient" }],
  [503, {}, { kind: "transient" }],
  [401, {}, { kind: "transient" }],
  [422, {}, { kind: "permanent" }],
  [429, { "retry-after": "7" }, { kind: "throttled", retryAfterMs: 7_000 }],
  [429, {}, { kind: "throttled", retryAfterMs: 5_000 }],
  [503, { "retry-after": "99999999" }, { kind: "throttled", retryAfterMs: 3_600_000 }],
] as const;

for (const [status, headers, outcome] of cases) {
  void test(`${status} ${JSON.stringify(headers)} is ${outcome.kind}`, async (t) => {
    const result = await sendTo(t, (_request, response) => {
      response.writeHead(status, headers).end('{"error":"a@example.com is unknown"}');
    });
    assert.deepEqual(result, { outcome, providerMessageId: null, detail: `http-${status}` });
  });
}

void test("a connection cut after the request, and an answer that never comes, leave the outcome unknown", async (t) => {
  const cut = await sendTo(t, (request) => request.socket.destroy());
  assert.equal(cut.outcome.kind, "unknown");
  const silent = await sendTo(t, () => undefined);
  assert.deepEqual(silent, {
    outcome: { kind: "unknown" },
    providerMessageId: null,
    detail: "UND_ERR_HEADERS_TIMEOUT",
  });
});

void test("a refused connection is transient: nothing can have been accepted", async () => {
  const sender = createHttpSender({
    origin: "http://127.0.0.1:1",
    path: "/v1",
    timeoutMs: 300,
    connections: 1,
  });
  const result = await sender.send(message);
  assert.equal(result.outcome.kind, "transient");
  await sender.close();
});
