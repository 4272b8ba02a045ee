import type { SendOutcome } from "../notification/notification-event.ts";
import { createHttpClient, type HttpOutcome } from "../platform/http-client.ts";
import type { MessageSender, SendResult } from "./sender.ts";

/** Where a provider's HTTP gateway is, and how it is used. */
export interface HttpSenderOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
  readonly timeoutMs: number;
  /** Requests under way at once, each on a connection of its own. */
  readonly connections: number;
}

const defaultRetryAfterMs = 5_000;
const maxRetryAfterMs = 3_600_000;

/** Sends by `POST` of JSON `{to, …content}` with an `idempotency-key` header; 2xx accepts with `{"id"}`. */
export function createHttpSender<Content extends object>(options: HttpSenderOptions): MessageSender<Content> {
  const client = createHttpClient(options);
  return {
    async send({ idempotencyKey, to, content }) {
      const body = JSON.stringify({ to, ...content });
      return sendResult(await client.postJson(options.path, body, { "idempotency-key": idempotencyKey }));
    },
    close: () => client.close(),
  };
}

/** What an exchange says about the message. */
export function sendResult(exchange: HttpOutcome): SendResult {
  switch (exchange.kind) {
    case "answered": {
      const outcome = outcomeOfStatus(exchange.status, exchange.retryAfter);
      const id = outcome.kind === "accepted" ? messageIdOf(exchange.body) : null;
      return { outcome, providerMessageId: id, detail: `http-${exchange.status}` };
    }
    case "unsent":
      return { outcome: { kind: "transient" }, providerMessageId: null, detail: exchange.code };
    case "unknown":
      return { outcome: { kind: "unknown" }, providerMessageId: null, detail: exchange.code };
  }
}

/**
 * Only what a provider says about the message or the address itself is permanent. Wrong credentials or a wrong path
 * (401, 403, 404) fail for everybody: they are retried and open the breaker, and nobody is moved to another channel.
 */
function outcomeOfStatus(status: number, retryAfter: string | undefined): SendOutcome {
  if (status >= 200 && status < 300) return { kind: "accepted" };
  if (status === 429) return { kind: "throttled", retryAfterMs: retryAfterMs(retryAfter) };
  if (status === 503 && retryAfter !== undefined)
    return { kind: "throttled", retryAfterMs: retryAfterMs(retryAfter) };
  if (status === 400 || status === 410 || status === 422) return { kind: "permanent" };
  return { kind: "transient" };
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), at most an hour. */
function retryAfterMs(header: string | undefined): number {
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header ?? "") - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, maxRetryAfterMs) : defaultRetryAfterMs;
}

function messageIdOf(body: string): string | null {
  try {
    const { id } = JSON.parse(body) as { id?: unknown };
    return typeof id === "string" ? id.slice(0, 200) : null;
  } catch {
    return null;
  }
}
