import { renderBill } from "../../notification/templates/render-bill.ts";
import { orExit } from "../../platform/config.ts";
import { defineChannel } from "../channel.ts";
import { createGatewaySender } from "../providers/gateway-sender.ts";
import type { ConsumerConfig } from "../pipeline/config.ts";
import type { ProviderConfig } from "../providers/provider-list.ts";
import type { MessageSender } from "../sender.ts";
import type { EmailContent } from "./content.ts";
import { readAuthority } from "./authority.ts";
import { readDkimKey } from "./dkim.ts";
import { createSmtpSender } from "./smtp-sender.ts";
import { emailVariables, type EmailConfig } from "./variables.ts";

/** `email`: sends bills by e-mail until it is told to stop. */
export const define = defineChannel({
  name: "email",
  variables: emailVariables,
  content: (view, { bill, book }) => renderBill("email", bill.language, view, book.templates),
  createSender,
});

function createSender(
  config: ConsumerConfig & EmailConfig,
  provider: ProviderConfig,
): MessageSender<EmailContent> {
  const { url } = provider;
  if (!url.startsWith("smtp")) return createGatewaySender(config, provider);
  const timeoutMs = provider.timeoutMs ?? config.PROVIDER_TIMEOUT_MS;
  return createSmtpSender({
    url,
    from: config.SENDER_ADDRESS,
    timeoutMs,
    connections: config.SMTP_CONNECTIONS,
    requireTls: config.SMTP_TLS === "required",
    authorityPem: orExit(() => readAuthority(config)),
    dkim: orExit(() => readDkimKey(config)),
    unsubscribeUrl: config.UNSUBSCRIBE_URL,
  });
}
