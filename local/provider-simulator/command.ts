import type { AddressInfo } from "node:net";
import { InvalidArgumentError, type Command } from "commander";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { parseWebhookKeys, webhookKeysForm } from "../../platform/webhook-signature.ts";
import { createProvider } from "./provider.ts";
import { createReceiptSender, type ReceiptOptions } from "./receipt-sender.ts";
import { createProviderServer } from "./server.ts";

interface Options {
  readonly host: string;
  readonly port: number;
  readonly delayMs: number;
  readonly failureRate: number;
  readonly unknownRate: number;
  readonly seed: number;
  readonly log: string;
  readonly fsync: boolean;
  readonly clockOffsetMs: number;
  readonly receiptUrl: string;
  readonly receiptKey: string;
  readonly receiptDelivered: number;
  readonly receiptBounced: number;
  readonly receiptSoftBounced: number;
  readonly receiptComplained: number;
  readonly receiptDelayMs: number;
  readonly receiptRepeats: number;
  readonly receiptShuffleMs: number;
  readonly receiptWithoutKey: number;
}

/** `provider-simulator`: prints one line `{"port": N}` on stdout when it accepts connections. */
export function define(command: Command): void {
  command
    .option("--host <address>", "address to listen on; 0.0.0.0 = every one, in a pod", "127.0.0.1")
    .option("--port <n>", "port to listen on; 0 = any", number, 0)
    .option("--delay-ms <ms>", "time to each answer", number, 1000)
    .option(
      "--failure-rate <fraction>",
      "requests that fail: four of five for now, one for good",
      number,
      0.01,
    )
    .option("--unknown-rate <fraction>", "requests that are accepted and then cut off", number, 0)
    .option("--seed <n>", "outcomes follow from it, the key and the attempt", number, 1)
    .option("--log <file>", "NDJSON of every accept and replay; continued if it exists", "")
    .option("--fsync", "flush the log to the disk before each answer, several at once", false)
    .option("--clock-offset-ms <ms>", "what the billing clock is ahead at the start", signedNumber, 0)
    .action(start);
  defineReceipts(command);
}

function defineReceipts(command: Command): void {
  command
    .option(
      "--receipt-url <url>",
      "where receipts go, e.g. http://host:8081/v1/receipts; none = no receipts",
      "",
    )
    .option("--receipt-key <id:base64>", "the key that signs them", "")
    .option("--receipt-delivered <fraction>", "accepted messages that are told to be delivered", number, 1)
    .option("--receipt-bounced <fraction>", "that bounce for good, after the acceptance", number, 0)
    .option("--receipt-soft-bounced <fraction>", "that bounce for now, before they are delivered", number, 0)
    .option("--receipt-complained <fraction>", "that the member complains of, after the delivery", number, 0)
    .option(
      "--receipt-delay-ms <ms>",
      "from the acceptance to the receipt; 0 = before the answer",
      number,
      1000,
    )
    .option("--receipt-repeats <fraction>", "receipts that are sent twice", number, 0)
    .option("--receipt-shuffle-ms <ms>", "by how much more a receipt may be late", number, 0)
    .option(
      "--receipt-without-key <fraction>",
      "receipts that name the message by its number only",
      number,
      0,
    );
}

function number(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("must be a number, not negative");
  return value;
}

function signedNumber(text: string): number {
  return text.startsWith("-") ? -number(text.slice(1)) : number(text);
}

function start(options: Options): void {
  const receipts = options.receiptUrl === "" ? null : createReceiptSender(receiptOptions(options));
  const provider = createProvider({
    ...(receipts !== null && { onAccept: receipts.accepted }),
    seed: options.seed,
    failureRate: options.failureRate,
    unknownRate: options.unknownRate,
    logFile: options.log,
    fsync: options.fsync,
  });
  provider.setClockOffset(options.clockOffsetMs);
  const server = createProviderServer(provider, options.delayMs, receipts);
  server.listen({ port: options.port, host: options.host, backlog: 8_192 }, () => {
    process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
  });
  shutdownSignal().addEventListener("abort", () => {
    receipts?.close();
    server.close(() => {
      provider.close();
    });
    server.closeAllConnections();
  });
}

function receiptOptions(options: Options): ReceiptOptions {
  const [key] = webhookKeysForm.test(options.receiptKey) ? parseWebhookKeys(options.receiptKey) : [];
  if (key === undefined)
    throw new InvalidArgumentError("--receipt-key must be id:base64 of 32 bytes or more");
  return {
    url: options.receiptUrl,
    key,
    odds: {
      seed: options.seed,
      delivered: options.receiptDelivered,
      bounced: options.receiptBounced,
      softBounced: options.receiptSoftBounced,
      complained: options.receiptComplained,
      repeats: options.receiptRepeats,
      withoutKey: options.receiptWithoutKey,
    },
    delayMs: options.receiptDelayMs,
    shuffleMs: options.receiptShuffleMs,
  };
}
