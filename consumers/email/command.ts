import { renderBill } from "../../notification/templates/render-bill.ts";
import { orExit } from "../../platform/config.ts";
import { defineChannel } from "../channel.ts";
import { createHttpSender } from "../http-sender.ts";
import type { ConsumerConfig } from "../pipeline/config.ts";
import type { MessageSender } from "../sender.ts";
import type { EmailContent } from "./content.ts";
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

function createSender(config: ConsumerConfig & EmailConfig): MessageSender<EmailContent> {
  const { PROVIDER_URL: url, PROVIDER_TIMEOUT_MS: timeoutMs } = config;
  if (!url.startsWith("smtp")) {
    const connections = config.IN_FLIGHT;
    return createHttpSender({ origin: url, gateway: config.PROVIDER_GATEWAY, timeoutMs, connections });
  }
  return createSmtpSender({
    url,
    from: config.SENDER_ADDRESS,
    timeoutMs,
    connections: config.SMTP_CONNECTIONS,
    requireTls: config.SMTP_TLS === "required",
    dkim: orExit(() => readDkimKey(config)),
    unsubscribeUrl: config.UNSUBSCRIBE_URL,
  });
}
