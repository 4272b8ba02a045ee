import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../platform/postgres.ts";
import { freePort } from "./free-port.ts";
import { logTail, type OwnedProcess, startOwned } from "./owned-process.ts";
import {
  admitNetworks,
  giveToServer,
  initialiseCluster,
  type PostgresFiles,
  postgresFiles,
  superuser,
  takeOverLock,
} from "./postgres-cluster.ts";
import { endOrphan } from "./process-file.ts";
import { postgresPrograms } from "./postgres-programs.ts";
import { unprivileged } from "./unprivileged.ts";

const databaseName = "billing";
const startTimeoutMs = 60_000; // crash recovery after kill -9 replays up to max_wal_size
const stopTimeoutMs = 30_000;

/** Settings for a machine of 8 GB or more; durability stays as PostgreSQL has it by default. */
export const defaultPostgresSettings: PostgresSettings = {
  shared_buffers: "1GB",
  max_wal_size: "8GB",
  max_connections: 100,
};

/** Names and values of postgresql.conf. */
export type PostgresSettings = Readonly<Record<string, string | number>>;

export interface PostgresOptions {
  /** Folder of this server alone; created if absent, continued with if a server was stopped or killed there. */
  readonly dataDir: string;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Added to `defaultPostgresSettings`. */
  readonly settings?: PostgresSettings;
  /** Where else than on 127.0.0.1 it listens, and to whom it answers there: pods of a cluster. */
  readonly beyondLoopback?: BeyondLoopback;
  readonly log?: (line: string) => void;
}

/** An address of this machine, and the networks (CIDR) that may log in there, by password. */
export interface BeyondLoopback {
  readonly address: string;
  readonly networks: readonly string[];
}

/** How to reach the server by TCP. `socketDir` may stand in the place of `host` for a Unix socket. */
export interface PostgresConnection {
  readonly host: "127.0.0.1";
  readonly socketDir: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A PostgreSQL 18 that ends with this process at the latest. */
export interface PostgresServer {
  /** `postgresql://…/billing`, as the superuser. */
  readonly url: string;
  readonly connection: PostgresConnection;
  readonly pid: number;
  readonly stop: () => Promise<void>;
  /** Kills the server as a power failure would; `startPostgres` on the same folder recovers it. */
  readonly kill9: () => Promise<void>;
}

function serverArguments(
  files: PostgresFiles,
  connection: PostgresConnection,
  { settings = {}, beyondLoopback: beyond }: PostgresOptions,
): string[] {
  const all: PostgresSettings = {
    ...defaultPostgresSettings,
    ...settings,
    port: connection.port,
    listen_addresses: [connection.host, ...(beyond ? [beyond.address] : [])].join(","),
    unix_socket_directories: connection.socketDir,
  };
  return ["-D", files.cluster, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

// A socket's path may not exceed 103 bytes on macOS. Where the data folder lies too deep, the temporary folder
// holds it, under a name that the next server of this data folder finds and clears.
function emptySocketFolder(files: PostgresFiles): string {
  const inTemporary = `pg-${createHash("sha256").update(files.sockets).digest("hex").slice(0, 12)}`;
  const folder = files.sockets.length <= 80 ? files.sockets : join(tmpdir(), inTemporary);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  giveToServer(folder);
  return folder;
}

function newConnection(files: PostgresFiles, port: number): PostgresConnection {
  const socketDir = emptySocketFolder(files);
  chmodSync(socketDir, 0o711); // the password guards it
  const password = readFileSync(files.password, "utf8");
  return { host: "127.0.0.1", socketDir, port, user: superuser, password, database: databaseName };
}

function urlOf(connection: PostgresConnection, database: string): string {
  const { user, password, host, port } = connection;
  return `postgresql://${user}:${password}@${host}:${port}/${database}`;
}

async function createDatabase(connection: PostgresConnection): Promise<void> {
  const client = await connect({ url: urlOf(connection, superuser), applicationName: "local" });
  try {
    const found = await client.query("select from pg_database where datname = $1", [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

/** Resolves when the server answers a query; rejects with the end of its log when it has ended. */
async function untilReady(
  server: OwnedProcess,
  connection: PostgresConnection,
  files: PostgresFiles,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await createDatabase(connection);
      return;
    } catch (error) {
      if (server.ended()) throw new Error(`PostgreSQL ended:\n${logTail(files.log)}`, { cause: error });
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

async function launch(
  files: PostgresFiles,
  connection: PostgresConnection,
  options: PostgresOptions,
): Promise<OwnedProcess> {
  const { command, args, ...ids } = unprivileged(
    postgresPrograms().postgres,
    serverArguments(files, connection, options),
    [files.cluster],
  );
  const server = await startOwned({
    command,
    args,
    ...ids,
    logFile: files.log,
    processFile: files.process,
    stopSignal: "SIGINT", // "fast": rolls back what is open, does not wait for clients
    stopTimeoutMs,
  });
  try {
    await untilReady(server, connection, files);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** After kill -9 the backends need a moment to notice; until then the new server refuses their shared memory. */
async function launchAfterBackends(
  files: PostgresFiles,
  connection: PostgresConnection,
  options: PostgresOptions,
): Promise<OwnedProcess> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      return await launch(files, connection, options);
    } catch (error) {
      const inUse = error instanceof Error && error.message.includes("is still in use");
      if (!inUse || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

/**
 * Starts PostgreSQL 18 over `dataDir` and waits until it answers. A server left there by a killed process is ended
 * first; one whose owner still runs is an error.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const files = postgresFiles(options.dataDir);
  const log = options.log ?? (() => undefined);
  mkdirSync(options.dataDir, { recursive: true });
  await endOrphan(files.process, log);
  await initialiseCluster(files);
  takeOverLock(files);
  admitNetworks(files, options.beyondLoopback?.networks ?? []);
  const connection = newConnection(files, options.port || (await freePort()));
  const server = await launchAfterBackends(files, connection, options);
  log(`PostgreSQL ${server.pid} answers on port ${connection.port}`);
  return {
    url: urlOf(connection, databaseName),
    connection,
    pid: server.pid,
    stop: server.stop,
    kill9: server.kill9,
  };
}
