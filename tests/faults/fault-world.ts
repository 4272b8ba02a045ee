import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate } from "../../database/migrate.ts";
import { freePort } from "../../local/free-port.ts";
import { startKafka, type KafkaServer } from "../../local/kafka-server.ts";
import { startPostgres, type PostgresServer } from "../../local/postgres-server.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { createTopics } from "../delivery/world.ts";
import { testKeys } from "../support/bills.ts";
import { serverFolder } from "../support/server-folder.ts";
import { startProviderProxy, type ProviderProxy } from "./provider-proxy.ts";
import { PLACES } from "./schedule.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** Real servers and processes with something between each two of them that can be broken. */
export interface FaultWorld {
  readonly kafka: KafkaServer;
  readonly kafkaProxy: TcpProxy;
  readonly postgresProxy: TcpProxy;
  readonly providerProxy: ProviderProxy;
  readonly supervisor: Supervisor;
  readonly providerLog: string;
  /** Of the second provider of e-mail, which no proxy stands before. */
  readonly secondProviderLog: string;
  /** What every process is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs with a connection of the superuser's, to look and to arrange; again if the server goes away meanwhile. */
  readonly withDatabase: <Result>(work: (client: Client) => Promise<Result>) => Promise<Result>;
  readonly killPostgres: () => Promise<void>;
  readonly killKafka: () => Promise<void>;
  /** Sets the billing clock of the database and of the provider. */
  readonly setClock: (instant: string | number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const postgresSettings = { shared_buffers: "128MB", max_wal_size: "1GB" };
const databasePatienceMs = 60_000;

/** Starts everything, healthy and with nothing to do. */
export async function startFaultWorld(seed: number): Promise<FaultWorld> {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  const [postgres, kafka] = await Promise.all([ownPostgres(), ownKafka()]);
  await createTopics(kafka.server.bootstrap);
  const providerPort = await freePort();
  const providerProxy = await startProviderProxy(providerPort, seed);
  const supervisor = createSupervisor();
  const environment = variablesFor(postgres, kafka.proxy, providerProxy);
  const providerLog = join(folder, "accepts.ndjson");
  let clockOffsetMs = 0;
  supervisor.start("provider", () => simulated(providerPort, providerLog, clockOffsetMs));
  await answers(`http://127.0.0.1:${providerPort}/stats`);
  const secondPort = await freePort();
  const secondProviderLog = join(folder, "second-accepts.ndjson");
  supervisor.start("provider-b", () => simulated(secondPort, secondProviderLog, clockOffsetMs));
  await answers(`http://127.0.0.1:${secondPort}/stats`);
  const several = providersOfEmail(providerProxy.url, `http://127.0.0.1:${secondPort}`);
  for (const place of PLACES) {
    const own = place.startsWith("email") ? { ...environment, ...several } : environment;
    supervisor.start(place, () => launched(place, own));
  }
  const withDatabase = databaseAccess(postgres);
  return {
    ...{ kafka: kafka.server, kafkaProxy: kafka.proxy, postgresProxy: postgres.proxy, providerProxy },
    ...{ supervisor, providerLog, secondProviderLog, environment, withDatabase },
    killPostgres: inTurn(postgres.killAndRestart),
    killKafka: inTurn(async () => {
      await kafka.server.kill9();
      await kafka.server.restart();
    }),
    async setClock(instant) {
      const instantMs = new Date(instant).getTime();
      clockOffsetMs = instantMs - Date.now();
      await withDatabase((client) =>
        client.query("update billing_clock set clock_offset = $1 * interval '1 millisecond'", [
          clockOffsetMs,
        ]),
      );
      const body = JSON.stringify({ offsetMs: clockOffsetMs });
      // One that is down is told at its start.
      for (const port of [providerPort, secondPort]) {
        await fetch(`http://127.0.0.1:${port}/clock`, { method: "POST", body }).catch(() => undefined);
      }
    },
    async close() {
      await supervisor.close();
      await Promise.all([postgres.end(), kafka.end(), providerProxy.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function simulated(
  port: number,
  log: string,
  clockOffsetMs: number,
): { args: string[]; environment: Record<string, string> } {
  const args = [
    "provider-simulator",
    ...["--log", log, "--port", String(port), "--delay-ms", "30"],
    ...["--failure-rate", "0.02", "--unknown-rate", "0.01", `--clock-offset-ms=${clockOffsetMs}`],
  ];
  return { args, environment: {} };
}

/** Most goes to the one that faults stand before; when it is down the other has to take its share. */
function providersOfEmail(first: string, second: string): Record<string, string> {
  const list = [
    { name: "a", url: first, weight: 3, slowAfterMs: 800 },
    { name: "b", url: second, weight: 1 },
  ];
  return { PROVIDER_URL: "", PROVIDERS: JSON.stringify(list) };
}

function variablesFor(
  postgres: OwnPostgres,
  kafkaProxy: TcpProxy,
  provider: ProviderProxy,
): Record<string, string> {
  const url = new URL(postgres.server().url);
  url.port = String(postgres.proxy.port);
  return {
    ...testKeys,
    DATABASE_URL: url.href,
    KAFKA_BOOTSTRAP: `127.0.0.1:${kafkaProxy.port}`,
    LOG_LEVEL: "info",
    PROVIDER_URL: provider.url,
    PROVIDER_TIMEOUT_MS: "1000",
    ...{ IN_FLIGHT: "60", CLAIM_BATCH: "20", DISPATCH_BATCH: "40", MAX_QUEUED: "200" },
    ...{ SWEEP_INTERVAL_MS: "200", BATCH_RECOVERY_MS: "1000", QUEUED_OVERDUE_MS: "3000" },
  };
}

function launched(
  place: string,
  environment: Readonly<Record<string, string>>,
): { args: string[]; environment: Record<string, string> } {
  const name = place.replace(/-\d$/, "");
  const role = name === "dispatcher" ? "billing_dispatcher" : "billing_consumer";
  return { args: [name], environment: { ...environment, DATABASE_ROLE: role, GROUP_INSTANCE_ID: place } };
}

interface OwnPostgres {
  readonly server: () => PostgresServer;
  readonly proxy: TcpProxy;
  readonly killAndRestart: () => Promise<void>;
  readonly end: () => Promise<void>;
}

async function ownPostgres(): Promise<OwnPostgres> {
  const dataDir = await serverFolder("postgres");
  let server = await startPostgres({ dataDir, settings: postgresSettings });
  await migrate(server.url);
  const { port } = server.connection;
  const proxy = await startTcpProxy(port);
  return {
    server: () => server,
    proxy,
    async killAndRestart() {
      await server.kill9();
      server = await startPostgres({ dataDir, settings: postgresSettings, port });
    },
    async end() {
      await proxy.close();
      await server.kill9();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function ownKafka(): Promise<{ server: KafkaServer; proxy: TcpProxy; end: () => Promise<void> }> {
  const dataDir = await serverFolder("kafka");
  const port = await freePort();
  const proxy = await startTcpProxy(port);
  // Clients are sent to the proxy by the broker itself, or they would pass it by after their first request.
  const settings = (): Record<string, string> => ({
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${proxy.port}`,
  });
  const server = await startKafka({ dataDir, port, settings });
  return {
    server,
    proxy,
    async end() {
      await proxy.close();
      await server.kill9();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function databaseAccess(postgres: OwnPostgres): FaultWorld["withDatabase"] {
  return async (work) => {
    const deadlineMs = performance.now() + databasePatienceMs;
    for (;;) {
      let client: Client | undefined;
      try {
        client = await connect({ url: postgres.server().url, applicationName: "faults" });
        client.on("error", () => undefined);
        return await work(client);
      } catch (error) {
        if (!isConnectionLoss(error) || performance.now() > deadlineMs) throw error;
        await sleep(200);
      } finally {
        await client?.end().catch(() => undefined);
      }
    }
  };
}

const lossCodes = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "57P01", "57P02", "57P03"]);

function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return lossCodes.has(code) || /connection|terminat/i.test(error.message);
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
}

/** A server that is being restarted is not killed once more. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(work));
}
