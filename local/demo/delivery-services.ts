import { readClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { CHANNELS } from "../../notification/channel.ts";
import { freePort } from "../free-port.ts";
import { providerDoor, type ProviderDoor } from "../provider-simulator/provider-door.ts";
import type { Client } from "../../platform/postgres.ts";
import type { ProgramContext } from "./stage-context.ts";
import type { SupervisedProcesses } from "./supervised-processes.ts";

/** How the provider behaves, and who works for it. */
export interface DeliveryOptions {
  readonly seed: number;
  readonly providerDelayMs: number;
  /** Share of sends that the provider refuses, 0..1. */
  readonly failureRate: number;
  readonly emailConsumers: number;
}

/** What delivery is started with; `client` as the owner of the database. */
export interface DeliveryContext extends ProgramContext {
  readonly options: DeliveryOptions;
  readonly processes: SupervisedProcesses;
  readonly client: Client;
}

/** Starts the provider simulator, the dispatcher and every consumer, each under its own database role. */
export async function startDelivery(context: DeliveryContext): Promise<ProviderDoor> {
  const { client, folder, options, processes, secrets, servers } = context;
  const providerUrl = `http://127.0.0.1:${await freePort()}`;
  await processes.start({
    name: "provider-simulator",
    args: [
      ...["provider-simulator", "--port", new URL(providerUrl).port],
      ...["--delay-ms", String(options.providerDelayMs), "--failure-rate", String(options.failureRate)],
      ...["--seed", String(options.seed), "--log", folder.providerLog],
      // From its first line on: consumers send as soon as they run, and an accept by another clock looks like night.
      `--clock-offset-ms=${await readClockOffsetMs(client)}`,
    ],
    environment: {},
    readyUrl: `${providerUrl}/stats`,
    restartable: false, // a new one would not know the billing clock
  });
  const common = {
    DATABASE_URL: servers.postgres.url,
    KAFKA_BOOTSTRAP: servers.kafka.bootstrap,
    LOG_LEVEL: "info",
  };
  const consumer = { ...common, ...secrets, DATABASE_ROLE: "billing_consumer", PROVIDER_URL: providerUrl };
  const start = async (name: string, subcommand: string, environment: NodeJS.ProcessEnv): Promise<void> => {
    const port = await freePort();
    await processes.start({
      ...{ name, args: [subcommand] },
      environment: { ...environment, HEALTH_PORT: String(port) },
      readyUrl: `http://127.0.0.1:${port}/readyz`,
      restartable: true,
    });
  };
  await start("dispatcher", "dispatcher", { ...common, DATABASE_ROLE: "billing_dispatcher" });
  const emails = Array.from({ length: options.emailConsumers }, (_, index) => `email-${index + 1}`);
  await Promise.all([
    ...emails.map((name) => start(name, "email", consumer)),
    ...CHANNELS.filter((channel) => channel !== "email").map((channel) => start(channel, channel, consumer)),
    start("dead-letter", "dead-letter", consumer),
  ]);
  return providerDoor(providerUrl);
}
