import { createHttpClient } from "../platform/http-client.ts";
import type { GatewayConfig } from "./gateway/gateway-config.ts";
import { createJudge } from "./gateway/judge-answer.ts";
import { compileRequest, type Values } from "./gateway/request-template.ts";
import type { MessageSender, OutgoingMessage, SendResult } from "./sender.ts";

/** Where a provider's HTTP gateway is, and how it is used. */
export interface HttpSenderOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly gateway: GatewayConfig;
  readonly timeoutMs: number;
  /** Requests under way at once, each on a connection of its own. */
  readonly connections: number;
}

/** Sends through an HTTP gateway as it is configured: one request a message, its answer judged by the gateway's rules. */
export function createHttpSender<Content extends Readonly<Record<keyof Content, string>>>(
  options: HttpSenderOptions,
): MessageSender<Content> {
  const client = createHttpClient(options);
  const template = compileRequest(options.gateway.request);
  const judge = createJudge(options.gateway.response);
  return {
    async send(message): Promise<SendResult> {
      const values = valuesOf(message);
      const exchange = await client.exchange({
        method: template.method,
        path: template.path(values),
        headers: template.headers(values),
        body: template.body(values),
      });
      switch (exchange.kind) {
        case "answered":
          return judge(exchange);
        case "unsent":
          return { outcome: { kind: "transient" }, providerMessageId: null, detail: exchange.code };
        case "unknown":
          return { outcome: { kind: "unknown" }, providerMessageId: null, detail: exchange.code };
      }
    },
    close: () => client.close(),
  };
}

function valuesOf<Content extends Readonly<Record<keyof Content, string>>>({
  idempotencyKey,
  to,
  content,
}: OutgoingMessage<Content>): Values {
  const values: Record<string, string> = { idempotencyKey, to };
  for (const [field, text] of Object.entries<string>(content)) values[`content.${field}`] = text;
  return values;
}
