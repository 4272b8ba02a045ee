import type { AddressInfo } from "node:net";
import { InvalidArgumentError, type Command } from "commander";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { createProvider } from "./provider.ts";
import { createProviderServer } from "./server.ts";

interface Options {
  readonly host: string;
  readonly port: number;
  readonly delayMs: number;
  readonly failureRate: number;
  readonly unknownRate: number;
  readonly seed: number;
  readonly log: string;
  readonly clockOffsetMs: number;
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
    .option("--clock-offset-ms <ms>", "what the billing clock is ahead at the start", signedNumber, 0)
    .action(start);
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
  const provider = createProvider({
    seed: options.seed,
    failureRate: options.failureRate,
    unknownRate: options.unknownRate,
    logFile: options.log,
  });
  provider.setClockOffset(options.clockOffsetMs);
  const server = createProviderServer(provider, options.delayMs);
  server.listen({ port: options.port, host: options.host, backlog: 8_192 }, () => {
    process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
  });
  shutdownSignal().addEventListener("abort", () => {
    server.close(() => {
      provider.close();
    });
    server.closeAllConnections();
  });
}
