import { join } from "node:path";
import type { Channel } from "../../notification/channel.ts";
import { providerDoor, type ProviderDoor } from "../../local/provider-simulator/provider-door.ts";
import { freePort } from "../../local/free-port.ts";
import { launch, type Launched } from "./launch.ts";

/** The processes of delivery, one of each; disposing of it stops them. */
export interface Services extends AsyncDisposable {
  /** Process ids by the names under which figures are reported. */
  readonly pids: Readonly<Record<Channel | "dispatcher" | "simulator", number>>;
  readonly provider: ProviderDoor;
  /** What the provider has accepted, as NDJSON. */
  readonly providerLog: string;
  /** Sends of the e-mail consumer under way. */
  readonly emailsInFlight: () => Promise<number>;
  /** Throws when one of them runs no more. */
  readonly refuseEnded: () => void;
}

/** How to start them. */
export interface ServicesOrder {
  /** For logs and the provider's list of what it accepted. */
  readonly folder: string;
  /** Servers and the keys of personal data. */
  readonly environment: NodeJS.ProcessEnv;
}

const simulatorArgs = ["--delay-ms", "1000", "--failure-rate", "0.01", "--seed", "1"];

/** Starts simulator, dispatcher, e-mail and SMS consumer, otherwise by their defaults, each under its role, and waits until all are ready. */
export async function startServices({ folder, environment }: ServicesOrder): Promise<Services> {
  await using stack = new AsyncDisposableStack();
  const keep = (started: Launched): Launched => {
    stack.defer(() => started.stop());
    return started;
  };
  const port = await freePort();
  const providerUrl = `http://127.0.0.1:${port}`;
  const providerLog = join(folder, "provider.ndjson");
  const simulator = keep(
    await launch({
      name: "simulator",
      args: ["provider-simulator", "--port", String(port), "--log", providerLog, ...simulatorArgs],
      ...{ environment, folder, readyUrl: `${providerUrl}/stats` },
    }),
  );
  const start = async (name: string, role: string, healthPort: number): Promise<Launched> => {
    const own = { DATABASE_ROLE: role, PROVIDER_URL: providerUrl, HEALTH_PORT: String(healthPort) };
    const readyUrl = `http://127.0.0.1:${healthPort}/readyz`;
    return keep(
      await launch({ name, args: [name], environment: { ...environment, ...own }, readyUrl, folder }),
    );
  };
  const dispatcher = await start("dispatcher", "billing_dispatcher", await freePort());
  const emailPort = await freePort();
  const email = await start("email", "billing_consumer", emailPort);
  const sms = await start("sms", "billing_consumer", await freePort());
  const push = await start("push", "billing_consumer", await freePort());
  const running = stack.move();
  return {
    pids: {
      ...{ email: email.pid, sms: sms.pid, push: push.pid },
      ...{ dispatcher: dispatcher.pid, simulator: simulator.pid },
    },
    provider: providerDoor(providerUrl),
    providerLog,
    emailsInFlight: () => sendsInFlight(`http://127.0.0.1:${emailPort}/metrics`),
    refuseEnded: () => {
      for (const each of [simulator, dispatcher, email, sms, push]) each.refuseEnded();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function sendsInFlight(metricsUrl: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const [, value] = /^billing_sends_in_flight\{[^}]*\} (\d+)/m.exec(text) ?? [];
  if (value === undefined) throw new Error("the e-mail consumer has no metric billing_sends_in_flight");
  return Number(value);
}
