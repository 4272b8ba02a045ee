import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { limitConnections } from "../platform/http-server.ts";
import type { Logger } from "../platform/logger.ts";
import type { Pool } from "../platform/postgres.ts";
import { SIGNATURE_HEADER, TIMESTAMP_HEADER, whyNotSigned } from "../platform/webhook-signature.ts";
import { answersOf } from "./answer.ts";
import type { ReceiptsConfig } from "./config.ts";
import type { ReceiptMetrics } from "./metrics.ts";
import { readBody } from "./read-body.ts";
import { readEvents } from "./read-events.ts";
import { recordEvents } from "./record.ts";

const sourcePath = /^\/v1\/receipts\/([a-z][a-z0-9-]{0,31})$/;
const retryAfterSeconds = 5;

/** What the webhook needs. */
export interface Webhook {
  readonly pool: Pool;
  readonly config: ReceiptsConfig;
  readonly metrics: ReceiptMetrics;
  readonly logger: Logger;
}

/** An answer; `title` is a code for people, as in the log and in metrics. */
interface Answer {
  readonly status: number;
  readonly title: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * `POST /v1/receipts/<source>`: checks, records, applies, and answers 200 only after the commit, so that a provider
 * repeats whatever was not kept. Nothing that a provider sent is ever logged or sent back.
 */
export function createWebhook(webhook: Webhook): Server {
  let underWay = 0;
  const server = createServer((request, response) => {
    if (underWay >= webhook.config.RECEIPT_CONCURRENCY) {
      send(webhook, response, unavailable("busy"));
      return;
    }
    underWay++;
    void answer(webhook, request)
      .catch((error: unknown) => {
        webhook.logger.error({ err: safely(error) }, "request failed");
        return unavailable("failed");
      })
      .then((result) => {
        send(webhook, response, result);
      })
      .finally(() => {
        underWay--;
      });
  });
  return limitConnections(server);
}

async function answer(webhook: Webhook, request: IncomingMessage): Promise<Answer> {
  const source = sourcePath.exec((request.url ?? "").split("?")[0] ?? "")?.[1];
  if (source === undefined) return refusal(404, "no-such-path", "receipts go to /v1/receipts/<source>");
  if (request.method !== "POST") {
    return { ...refusal(405, "not-post", "send receipts by POST"), headers: { allow: "POST" } };
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    return refusal(415, "not-json", "send content-type application/json");
  }
  const { config } = webhook;
  const body = await readBody(request, config.RECEIPT_BODY_BYTES);
  if (body === "cut-off") return refusal(400, "cut-off", "the body did not arrive whole");
  if (body === "too-long") {
    return refusal(413, "too-long", `send at most ${config.RECEIPT_BODY_BYTES} bytes at once`);
  }
  const refused = whyNotSigned(
    config.RECEIPT_KEYS,
    {
      timestamp: header(request, TIMESTAMP_HEADER),
      signature: header(request, SIGNATURE_HEADER),
      source,
      body,
    },
    { nowMs: Date.now(), windowMs: config.RECEIPT_WINDOW_S * 1_000 },
  );
  if (refused !== null) {
    webhook.metrics.refused.inc({ why: refused });
    return refusal(401, refused, "sign <timestamp>.<body> with HMAC-SHA256 under the key that was agreed");
  }
  return await keep(webhook, source, body);
}

async function keep(webhook: Webhook, source: string, body: Buffer): Promise<Answer> {
  const { pool, config, metrics, logger } = webhook;
  const read = readEvents(source, body, config.RECEIPT_BATCH);
  if ("problem" in read) return refusal(400, "unreadable", read.problem);
  try {
    const recorded = await recordEvents(
      pool,
      source,
      read.receipts.map(({ receipt }) => receipt),
    );
    const answers = answersOf(read, recorded);
    metrics.count(source, recorded, answers);
    const rejected = read.rejected.length;
    if (rejected > 0) logger.warn({ source, rejected, events: answers.length }, "events could not be used");
    // Repeating a batch of which nothing can be used helps nobody, but somebody should look at it.
    const status = read.receipts.length === 0 ? 422 : 200;
    return { status, title: status === 200 ? "kept" : "rejected", body: { events: answers } };
  } catch (error) {
    metrics.refused.inc({ why: "database" });
    logger.error({ code: (error as { code?: unknown }).code, err: safely(error) }, "receipts not recorded");
    return unavailable("not-recorded");
  }
}

/** A driver's message may quote a value: of an error of the server only its code is told, of others the message. */
function safely(error: unknown): string {
  const { severity, message } = error as { severity?: unknown; message?: string };
  return severity === undefined ? (message ?? "unknown") : "refused by the database";
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function refusal(status: number, title: string, detail: string): Answer {
  return { status, title, body: { title, detail } };
}

function unavailable(title: string): Answer {
  const headers = { "retry-after": String(retryAfterSeconds) };
  return { ...refusal(503, title, "nothing was kept; send it again"), headers };
}

function send({ metrics }: Webhook, response: ServerResponse, { status, body, headers }: Answer): void {
  metrics.requests.inc({ status: String(status) });
  if (response.destroyed) return;
  // What was not read would be taken for the next request of the connection.
  const close = status === 413 || status === 503 || status === 400 ? { connection: "close" } : {};
  const type =
    status === 200 ? "application/json" : status === 422 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type, ...close, ...headers });
  response.end(JSON.stringify(status === 200 || status === 422 ? body : { status, ...body }));
}
