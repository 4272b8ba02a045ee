import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate } from "../../database/migrate.ts";
import { freePort } from "../../local/free-port.ts";
import { startKafka, type KafkaServer } from "../../local/kafka-server.ts";
import { startPostgres, type PostgresServer } from "../../local/postgres-server.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { serverFolder } from "../support/server-folder.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const postgresSettings = { shared_buffers: "128MB", max_wal_size: "1GB" };
const databasePatienceMs = 60_000;

/** Runs with a connection of the superuser's; again if the server goes away meanwhile. */
export type WithDatabase = <Result>(work: (client: Client) => Promise<Result>) => Promise<Result>;

/** PostgreSQL of a fault world alone, behind a proxy that can cut. */
export interface OwnPostgres {
  readonly server: () => PostgresServer;
  readonly proxy: TcpProxy;
  readonly killAndRestart: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Starts it, migrated. */
export async function ownPostgres(): Promise<OwnPostgres> {
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

/** A broker of a fault world alone, behind a proxy that it tells its clients to use. */
export interface OwnKafka {
  readonly server: KafkaServer;
  readonly proxy: TcpProxy;
  readonly end: () => Promise<void>;
}

/** Starts it, without topics. */
export async function ownKafka(): Promise<OwnKafka> {
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

/** Tries for a minute while the server is away. */
export function databaseAccess(postgres: OwnPostgres): WithDatabase {
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
