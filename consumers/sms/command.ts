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

const smsVariables = z.object(consumerVariables);

/** `sms`: sends bills as short messages until it is told to stop. */
export function define(command: Command): void {
  command.action(start);
}

async function start(): Promise<void> {
  const config = loadConfig(smsVariables);
  const letterhead = letterheadOf(config);
  await runConsumer("sms", config, (cipher) => ({
    hasContact: ({ bill }) => bill.phoneEncrypted !== null,
    compose: (message) => {
      const { memberId, phoneEncrypted, language } = message.bill;
      if (phoneEncrypted === null) throw new PermanentError("no-contact", "member without phone number");
      const to = cipher.decrypt(phoneEncrypted, memberColumn("phone", memberId));
      return { to, content: renderBill("sms", language, billViewOf(message, cipher, letterhead)) };
    },
    sender: createHttpSender({
      origin: config.PROVIDER_URL,
      path: "/v1/sms",
      timeoutMs: config.PROVIDER_TIMEOUT_MS,
      connections: config.IN_FLIGHT,
    }),
  }));
}
