import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Channel } from "../../notification/channel.ts";
import { providerDoor, type ProviderDoor } from "../../local/provider-simulator/provider-door.ts";
import { freePort } from "../../local/free-port.ts";
import { launch, type Launched } from "./launch.ts";

/** The processes of delivery, one of each; disposing of it stops them. */
export interface Services extends AsyncDisposable {
  /** Process ids by the names under which figures are reported. */
  readonly pids: Readonly<
    Record<"email" | "dispatcher" | "simulator", number> & Partial<Record<Channel, number>>
  >;
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
  /** The product's consumers, one a channel, or the customary one for e-mail alone. */
  readonly consumer: "pipeline" | "customary";
}

const simulatorArgs = ["--delay-ms", "1000", "--failure-rate", "0.01", "--seed", "1"];

const customary = fileURLToPath(new URL("./customary/send-one-by-one.ts", import.meta.url));

/** Starts simulator, dispatcher and consumers, otherwise by their defaults, each under its role, and waits until all are ready. */
export async function startServices({ folder, environment, consumer }: ServicesOrder): Promise<Services> {
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
  const start = async (started: Started): Promise<Launched> => {
    const { name, role, port: healthPort = await freePort() } = started;
    const own = { DATABASE_ROLE: role, PROVIDER_URL: providerUrl, HEALTH_PORT: String(healthPort) };
    const readyUrl = `http://127.0.0.1:${healthPort}/readyz`;
    const what =
      consumer === "customary" && name === "email" ? { file: customary, args: [] } : { args: [name] };
    return keep(await launch({ name, ...what, environment: { ...environment, ...own }, readyUrl, folder }));
  };
  const dispatcher = await start({ name: "dispatcher", role: "billing_dispatcher" });
  const emailPort = await freePort();
  // The customary one writes rows that its role may not: it is the owner.
  const role = consumer === "pipeline" ? "billing_consumer" : "";
  const email = await start({ name: "email", role, port: emailPort });
  const others: Partial<Record<Channel, Launched>> = {};
  if (consumer === "pipeline") {
    for (const name of ["sms", "push"] as const) others[name] = await start({ name, role });
  }
  const running = stack.move();
  return {
    pids: {
      ...Object.fromEntries(Object.entries(others).map(([name, { pid }]) => [name, pid])),
      ...{ email: email.pid, dispatcher: dispatcher.pid, simulator: simulator.pid },
    },
    provider: providerDoor(providerUrl),
    providerLog,
    emailsInFlight: () => sendsInFlight(`http://127.0.0.1:${emailPort}/metrics`),
    refuseEnded: () => {
      for (const each of [simulator, dispatcher, email, ...Object.values(others)]) each.refuseEnded();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Started {
  readonly name: Channel | "dispatcher";
  readonly role: string;
  /** [any free one] */
  readonly port?: number;
}

async function sendsInFlight(metricsUrl: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const [, value] = /^billing_sends_in_flight\{[^}]*\} (\d+)/m.exec(text) ?? [];
  if (!text.includes("# TYPE billing_sends_in_flight "))
    throw new Error("the e-mail consumer has no metric billing_sends_in_flight");
  return Number(value ?? 0);
}
