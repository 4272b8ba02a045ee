import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../local/free-port.ts";
import type { KafkaServer } from "../../local/kafka-server.ts";
import { createTopics } from "../delivery/world.ts";
import { untilEverybodyReads } from "./group-picture.ts";
import { commonVariables, launched, providersOfEmail, simulated } from "./launches.ts";
import { databaseAccess, ownKafka, ownPostgres, type WithDatabase } from "./own-servers.ts";
import { startProviderProxy, type ProviderProxy } from "./provider-proxy.ts";
import { PLACES } from "./schedule.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** Real servers and processes with something between each two of them that can be broken. */
export interface FaultWorld {
  readonly kafka: KafkaServer;
  readonly kafkaProxy: TcpProxy;
  readonly postgresProxy: TcpProxy;
  readonly providerProxy: ProviderProxy;
  readonly supervisor: Supervisor;
  readonly providerLog: string;
  /** Of the second provider of e-mail, which no proxy stands before, and which tells nothing afterwards. */
  readonly secondProviderLog: string;
  /** What the provider has still to tell, and how much it ever had to. Rejects while it is away. */
  readonly receipts: () => Promise<{ readonly due: number; readonly waiting: number }>;
  /** What every process is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs with a connection of the superuser's, to look and to arrange; again if the server goes away meanwhile. */
  readonly withDatabase: WithDatabase;
  readonly killPostgres: () => Promise<void>;
  readonly killKafka: () => Promise<void>;
  /** Sets the billing clock of the database and of the provider. */
  readonly setClock: (instant: string | number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts everything, healthy and with nothing to do. */
export async function startFaultWorld(seed: number): Promise<FaultWorld> {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  const [postgres, kafka] = await Promise.all([ownPostgres(), ownKafka()]);
  await createTopics(kafka.server.bootstrap);
  const withDatabase = databaseAccess(postgres);
  const supervisor = createSupervisor();
  const providers = await startProviders(supervisor, folder);
  const [port = 0] = providers.ports;
  const providerProxy = await startProviderProxy(port, seed);
  const environment = commonVariables(postgres, kafka.proxy, providerProxy);
  const several = providersOfEmail(providerProxy.url, `http://127.0.0.1:${providers.ports[1] ?? 0}`);
  for (const place of PLACES) {
    const own = place.startsWith("email") ? { ...environment, ...several } : environment;
    supervisor.start(place, () => launched(place, own, providers.receiptsPort));
  }
  await untilEverybodyReads(kafka.server.bootstrap);
  return {
    ...{ kafka: kafka.server, kafkaProxy: kafka.proxy, postgresProxy: postgres.proxy, providerProxy },
    ...{ supervisor, environment, withDatabase },
    ...{ providerLog: providers.logs[0] ?? "", secondProviderLog: providers.logs[1] ?? "" },
    receipts: async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/receipts`);
      return (await answer.json()) as { due: number; waiting: number };
    },
    killPostgres: inTurn(postgres.killAndRestart),
    killKafka: inTurn(async () => {
      await kafka.server.kill9();
      await kafka.server.restart();
    }),
    async setClock(instant) {
      const offsetMs = new Date(instant).getTime() - Date.now();
      await providers.setClock(offsetMs, () =>
        withDatabase((client) =>
          client.query("update billing_clock set clock_offset = $1 * interval '1 millisecond'", [offsetMs]),
        ),
      );
    },
    async close() {
      await supervisor.close();
      await Promise.all([postgres.end(), kafka.end(), providerProxy.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Providers {
  readonly ports: readonly number[];
  readonly logs: readonly string[];
  /** Where `receipts` has to listen. */
  readonly receiptsPort: number;
  /** Once `everybodyElse` is told, so are they. */
  readonly setClock: (offsetMs: number, everybodyElse: () => Promise<unknown>) => Promise<void>;
}

/** Two, of which the first tells what became of its messages. */
async function startProviders(supervisor: Supervisor, folder: string): Promise<Providers> {
  const receiptsPort = await freePort();
  const ports = [await freePort(), await freePort()];
  const logs = ["accepts.ndjson", "second-accepts.ndjson"].map((name) => join(folder, name));
  let clockOffsetMs = 0;
  for (const [index, port] of ports.entries()) {
    const tells = index === 0 ? receiptsPort : null;
    supervisor.start(index === 0 ? "provider" : "provider-b", () =>
      simulated({ port, log: logs[index] ?? "", clockOffsetMs, receiptsPort: tells }),
    );
    await answers(`http://127.0.0.1:${port}/stats`);
  }
  return {
    ...{ ports, logs, receiptsPort },
    async setClock(offsetMs, everybodyElse) {
      clockOffsetMs = offsetMs;
      await everybodyElse();
      // One that is just starting may have been told the former clock, and does not listen yet.
      const init = { method: "POST", body: JSON.stringify({ offsetMs }) };
      for (const port of ports) await answers(`http://127.0.0.1:${port}/clock`, init);
    },
  };
}

async function answers(url: string, init: RequestInit = {}): Promise<void> {
  for (;;) {
    const answer = await fetch(url, init).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
}

/** A server that is being restarted is not killed once more. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(work));
}
