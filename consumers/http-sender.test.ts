import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { GatewayConfig } from "./gateway/gateway-config.ts";
import { gatewayVariables } from "./gateway/gateway-variables.ts";
import { createHttpSender } from "./http-sender.ts";
import type { SendResult } from "./sender.ts";

const message = {
  idempotencyKey: "1.g1:sms:m1",
  to: "010-1234-5678",
  content: { text: 'a "b" \\ {{to}}\n' },
};

/** A gateway's configuration as the consumer would read it. */
function gatewayOf(config: object): GatewayConfig {
  const use = { defaultPath: "/v1/sms", fields: ["text"] };
  return gatewayVariables(use).PROVIDER_GATEWAY.parse(JSON.stringify(config));
}

/** Sends one message to a server that answers as told. */
async function sendTo(t: TestContext, listener: RequestListener, config: object = {}): Promise<SendResult> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const sender = createHttpSender({
    origin: `http://127.0.0.1:${port}`,
    gateway: gatewayOf(config),
    timeoutMs: 300,
    connections: 2,
  });
  const result = await sender.send(message);
  await sender.close();
  return result;
}

function answering(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

void test("unless told otherwise: POST of {to, …content}, the key in a header, the provider's number from `id`", async (t) => {
  let seen: unknown;
  const result = await sendTo(t, (request, response) => {
    void bodyOf(request).then((body) => {
      seen = { method: request.method, url: request.url, type: request.headers["content-type"], body };
      response.end(JSON.stringify({ id: request.headers["idempotency-key"] }));
    });
  });
  assert.deepEqual(seen, {
    method: "POST",
    url: "/v1/sms",
    type: "application/json",
    body: { to: message.to, text: message.content.text },
  });
  assert.deepEqual(result, {
    outcome: { kind: "accepted" },
    providerMessageId: message.idempotencyKey,
    detail: "http-200",
  });
});

void test("a configured request: values can neither leave their string nor their path, and are not templates", async (t) => {
  const request = {
    method: "PUT",
    path: "/v2/{{to}}/messages/{{ idempotencyKey }}",
    headers: { Authorization: "Bearer s3cret", "X-Request": "r-{{idempotencyKey}}" },
    idempotencyHeader: "",
    body: { destinations: [{ number: "{{to}}", n: 1 }], body: "[Bill] {{content.text}}", flash: false },
  };
  let seen: unknown;
  await sendTo(
    t,
    (incoming, response) => {
      void bodyOf(incoming).then((body) => {
        const { authorization, "x-request": own, "idempotency-key": key } = incoming.headers;
        seen = { method: incoming.method, url: incoming.url, authorization, own, key, body };
        response.end();
      });
    },
    { request },
  );
  assert.deepEqual(seen, {
    method: "PUT",
    url: "/v2/010-1234-5678/messages/1.g1%3Asms%3Am1",
    authorization: "Bearer s3cret",
    own: "r-1.g1:sms:m1",
    key: undefined,
    body: {
      destinations: [{ number: message.to, n: 1 }],
      body: `[Bill] ${message.content.text}`,
      flash: false,
    },
  });
});

const byStatus = [
  [204, {}, { kind: "accepted" }],
  [302, {}, { kind: "transient" }],
  [500, {}, { kind: "transient" }],
  [503, {}, { kind: "transient" }],
  [401, {}, { kind: "transient" }],
  [422, {}, { kind: "permanent" }],
  [429, { "retry-after": "7" }, { kind: "throttled", retryAfterMs: 7_000 }],
  [429, {}, { kind: "throttled", retryAfterMs: 5_000 }],
  [429, { "retry-after": "soon" }, { kind: "throttled", retryAfterMs: 5_000 }],
  [429, { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, { kind: "throttled", retryAfterMs: 5_000 }],
  [503, { "retry-after": "99999999" }, { kind: "throttled", retryAfterMs: 3_600_000 }],
] as const;

for (const [status, headers, outcome] of byStatus) {
  void test(`${status} ${JSON.stringify(headers)} is ${outcome.kind}, and its words are kept nowhere`, async (t) => {
    const words = status === 204 ? "" : { error: `${message.to} is unknown` };
    const result = await sendTo(t, answering(status, words, headers));
    assert.deepEqual(result, { outcome, providerMessageId: null, detail: `http-${status}` });
  });
}

/** A provider that answers 200 to everything and says in the body what it means. */
const envelope = {
  response: {
    rules: [
      { status: ["2xx"], body: { pointer: "/result/code", in: ["0000", 0] }, outcome: "accepted" },
      { body: { pointer: "/result/code", in: ["4100", "4101"] }, outcome: "permanent" },
      { body: { pointer: "/result/code", in: ["4290"] }, outcome: "throttled" },
      { status: [200, 500], body: { pointer: "/result/retry" }, outcome: "transient" },
      { status: [404], outcome: "permanent" },
    ],
    messageId: "/result/messages/0/key",
    retryAfterSeconds: "/result/wait",
    defaultRetryAfterSeconds: 2,
  },
};

const byBody = [
  [200, { result: { code: "0000", messages: [{ key: 17 }] } }, { kind: "accepted" }, 1],
  [200, { result: { code: 0 } }, { kind: "accepted" }, 1],
  [200, { result: { code: "4101" } }, { kind: "permanent" }, 2],
  [200, { result: { code: "4290", wait: 9 } }, { kind: "throttled", retryAfterMs: 9_000 }, 3],
  [200, { result: { code: "4290" } }, { kind: "throttled", retryAfterMs: 2_000 }, 3],
  [200, { result: { retry: false } }, { kind: "transient" }, 4],
  [404, "not found", { kind: "permanent" }, 5],
  [200, { result: { code: "9999" } }, { kind: "unknown" }, 0],
  [200, "<html>welcome to the hotel's network</html>", { kind: "unknown" }, 0],
  [200, "", { kind: "unknown" }, 0],
  [503, "{", { kind: "transient" }, 0],
] as const;

for (const [status, body, outcome, rule] of byBody) {
  void test(`by rules: ${status} ${JSON.stringify(body)} is ${outcome.kind}`, async (t) => {
    const result = await sendTo(t, answering(status, body), envelope);
    assert.deepEqual(result.outcome, outcome);
    assert.equal(result.detail, rule === 0 ? `http-${status}` : `http-${status}-rule-${rule}`);
    const numbered = JSON.stringify(body).includes("key");
    assert.equal(result.providerMessageId, numbered ? "17" : null);
  });
}

void test("a connection cut after the request, and an answer that never comes, leave the outcome unknown", async (t) => {
  const cut = await sendTo(t, (request) => request.socket.destroy());
  assert.equal(cut.outcome.kind, "unknown");
  const half = await sendTo(t, (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write('{"id":"', () => response.destroy());
  });
  assert.equal(half.outcome.kind, "unknown");
  const silent = await sendTo(t, () => undefined);
  assert.deepEqual(silent, {
    outcome: { kind: "unknown" },
    providerMessageId: null,
    detail: "UND_ERR_HEADERS_TIMEOUT",
  });
});

void test("an answer that drips for ever, or has no end, is given up", async (t) => {
  const dripping = await sendTo(t, (_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => {
      clearInterval(drip);
    });
  });
  assert.deepEqual([dripping.outcome.kind, dripping.detail], ["unknown", "ANSWER_TOO_SLOW"]);
  const endless = await sendTo(t, (_request, response) => {
    response.writeHead(200);
    const pour = (): void => {
      while (!response.destroyed && response.write(" ".repeat(65_536)));
    };
    response.on("drain", pour);
    pour();
  });
  assert.deepEqual([endless.outcome.kind, endless.detail], ["unknown", "ANSWER_TOO_LONG"]);
});

void test("bytes that are no HTTP leave the outcome unknown", async (t) => {
  const result = await sendTo(t, (request) => {
    request.socket.end("220 mail.example ESMTP\r\n");
  });
  assert.equal(result.outcome.kind, "unknown");
});

void test("a refused connection is transient: nothing can have been accepted", async () => {
  const sender = createHttpSender({
    origin: "http://127.0.0.1:1",
    gateway: gatewayOf({}),
    timeoutMs: 300,
    connections: 1,
  });
  const result = await sender.send(message);
  assert.equal(result.outcome.kind, "transient");
  await sender.close();
});
