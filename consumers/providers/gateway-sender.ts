import { createHttpSender } from "../http-sender.ts";
import type { ConsumerConfig } from "../pipeline/config.ts";
import type { MessageSender } from "../sender.ts";
import type { ProviderConfig } from "./provider-list.ts";

/** The sender of a provider that is an HTTP gateway. */
export function createGatewaySender<Content extends Readonly<Record<keyof Content, string>>>(
  config: ConsumerConfig,
  { url, gateway, timeoutMs }: ProviderConfig,
): MessageSender<Content> {
  return createHttpSender({
    ...{ origin: url, gateway, connections: config.IN_FLIGHT },
    timeoutMs: timeoutMs ?? config.PROVIDER_TIMEOUT_MS,
  });
}
