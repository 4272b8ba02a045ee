import type { Command } from "commander";
import { z } from "zod";
import { memberColumn } from "../../database/deliverable-bills/contact-address.ts";
import { renderBill } from "../../notification/templates/render-bill.ts";
import { loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { billViewOf, letterheadOf } from "../bill-view.ts";
import { createHttpSender } from "../http-sender.ts";
import { consumerVariables } from "../pipeline/config.ts";
import { runConsumer } from "../pipeline/start.ts";
import type { MessageSender } from "../sender.ts";
import type { EmailContent } from "./content.ts";
import { createSmtpSender } from "./smtp-sender.ts";

const emailVariables = z.object({
  ...consumerVariables,
  /** `Name <address>` that mail comes from. */
  SENDER_ADDRESS: z.string().regex(/@/, "must be an address").default("Bills <bills@localhost>"),
  /** Connections to the mail server; of no meaning to an HTTP gateway. */
  SMTP_CONNECTIONS: z.coerce.number().int().min(1).max(1_000).default(20),
});

type EmailConfig = z.output<typeof emailVariables>;

/** `email`: sends bills by e-mail until it is told to stop. */
export function define(command: Command): void {
  command.action(start);
}

async function start(): Promise<void> {
  const config = loadConfig(emailVariables);
  const letterhead = letterheadOf(config);
  await runConsumer("email", config, (cipher) => ({
    hasContact: ({ bill }) => bill.emailEncrypted !== null,
    compose: (message) => {
      const { memberId, emailEncrypted, language } = message.bill;
      if (emailEncrypted === null) throw new PermanentError("no-contact", "member without e-mail address");
      const to = cipher.decrypt(emailEncrypted, memberColumn("email", memberId));
      return { to, content: renderBill("email", language, billViewOf(message, cipher, letterhead)) };
    },
    sender: senderOf(config),
  }));
}

function senderOf(config: EmailConfig): MessageSender<EmailContent> {
  const { PROVIDER_URL: url, PROVIDER_TIMEOUT_MS: timeoutMs } = config;
  return url.startsWith("smtp")
    ? createSmtpSender({ url, from: config.SENDER_ADDRESS, timeoutMs, connections: config.SMTP_CONNECTIONS })
    : createHttpSender({ origin: url, path: "/v1/email", timeoutMs, connections: config.IN_FLIGHT });
}
