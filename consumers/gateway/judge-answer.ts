import type { SendOutcome } from "../../notification/notification-event.ts";
import type { SendResult } from "../sender.ts";
import type { AnswerRule, ResponseConfig } from "./gateway-config.ts";
import { compilePointer } from "./json-pointer.ts";

/** An answer as it came. */
export interface GatewayAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** Says what an answer means for the message. */
export type AnswerJudge = (answer: GatewayAnswer) => SendResult;

const maxRetryAfterMs = 3_600_000;

/**
 * The judge of a configured gateway. The first rule that fits decides. Without one the status does: 2xx accepted, 429
 * and 503 with Retry-After throttled, 400, 410 and 422 permanent, all else transient. But where a rule says what an
 * acceptance looks like, any other 2xx is unknown: it is sent again under the same key rather than taken for sent.
 */
export function createJudge(config: ResponseConfig): AnswerJudge {
  const rules = config.rules.map(compileRule);
  const saysAccepted = config.rules.some(({ outcome }) => outcome === "accepted");
  const messageIdAt = compilePointer(config.messageId);
  const retryAfterAt =
    config.retryAfterSeconds === undefined ? undefined : compilePointer(config.retryAfterSeconds);
  return (answer) => {
    const document = parsed(answer.body);
    const at = rules.findIndex((rule) => rule.fits(answer.status, document));
    const kind = rules[at]?.outcome ?? kindOfStatus(answer, saysAccepted);
    const retryAfter = answer.retryAfter ?? retryAfterAt?.(document);
    return {
      outcome: outcomeOf(kind, () => retryAfterMs(retryAfter, config.defaultRetryAfterSeconds)),
      providerMessageId: kind === "accepted" ? messageIdOf(messageIdAt(document)) : null,
      detail: at < 0 ? `http-${answer.status}` : `http-${answer.status}-rule-${at + 1}`,
    };
  };
}

interface CompiledRule {
  readonly outcome: AnswerRule["outcome"];
  readonly fits: (status: number, document: unknown) => boolean;
}

function compileRule({ status, body, outcome }: AnswerRule): CompiledRule {
  const fitsStatus = (found: number): boolean =>
    status.length === 0 ||
    status.some((one) =>
      typeof one === "number" ? one === found : one.startsWith(String(Math.trunc(found / 100))),
    );
  if (body === undefined) return { outcome, fits: fitsStatus };
  const read = compilePointer(body.pointer);
  const wanted = body.in;
  const fitsBody = (document: unknown): boolean => {
    const found = read(document);
    return wanted === undefined ? found !== undefined : wanted.some((value) => value === found);
  };
  return { outcome, fits: (found, document) => fitsStatus(found) && fitsBody(document) };
}

/**
 * Only what a provider says about the message or the address itself is permanent. Wrong credentials or a wrong path
 * (401, 403, 404) fail for everybody: they are retried and open the breaker, and nobody is moved to another channel.
 */
function kindOfStatus({ status, retryAfter }: GatewayAnswer, saysAccepted: boolean): SendOutcome["kind"] {
  if (status >= 200 && status < 300) return saysAccepted ? "unknown" : "accepted";
  if (status === 429 || (status === 503 && retryAfter !== undefined)) return "throttled";
  return status === 400 || status === 410 || status === 422 ? "permanent" : "transient";
}

function outcomeOf(kind: SendOutcome["kind"], waitMs: () => number): SendOutcome {
  return kind === "throttled" ? { kind, retryAfterMs: waitMs() } : { kind };
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), at most an hour. */
function retryAfterMs(said: unknown, defaultSeconds: number): number {
  const seconds = typeof said === "string" && said.trim() === "" ? NaN : Number(said);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(String(said)) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, maxRetryAfterMs) : defaultSeconds * 1_000;
}

function messageIdOf(found: unknown): string | null {
  if (typeof found !== "string" && typeof found !== "number") return null;
  // PostgreSQL's texts hold no zero character; nobody's number is longer.
  return String(found).replaceAll("\0", "").slice(0, 200);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
