import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { migrate } from "../../database/migrate.ts";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import { type KafkaServer, startKafka } from "../../local/kafka-server.ts";
import { type PostgresServer, startPostgres } from "../../local/postgres-server.ts";
import { type ProviderDoor, providerDoor } from "../../local/provider-simulator/provider-door.ts";
import { mainProgram } from "../../local/run/local-runner.ts";
import { type Client, connect } from "../../platform/postgres.ts";
import { network } from "../cluster/node/network.ts";

/** What stands outside the cluster: the carrier's PostgreSQL and Kafka, and the provider. Pods reach all three. */
export interface OutsideServers {
  readonly postgres: PostgresServer;
  /** `postgresql://…`, as pods reach it. */
  readonly databaseUrl: string;
  readonly kafka: KafkaServer;
  /** As the owner of the database, to look and to arrange. */
  readonly database: Client;
  readonly provider: ProviderDoor;
  readonly providerUrl: string;
  /** NDJSON of every accept. */
  readonly providerLog: string;
  /** Keys of the personal data, as environment variables. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Runs a subcommand of the program on this machine, as the owner of the database. */
  readonly program: (args: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<string>;
  readonly stop: () => Promise<void>;
}

const key = (): string => Buffer.alloc(32, Math.random().toString(36)).toString("base64");

/** Starts them on the address that pods reach, which exists once the cluster does; migrates and records the tariff. */
export async function startOutsideServers(providerDelayMs: number): Promise<OutsideServers> {
  const folder = mkdtempSync(join(tmpdir(), "outside-"));
  const at = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const [postgres, kafka] = await Promise.all([
    startPostgres({
      dataDir: at("postgres"),
      beyondLoopback: { address: network.host, networks: [`${network.node}/30`, network.pods] },
    }),
    startKafka({ dataDir: at("kafka"), host: network.host }),
  ]);
  const secrets = { ENCRYPTION_KEYS: `e2e:${key()}`, BLIND_INDEX_KEY: key() };
  const program = async (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> => {
    const env = { ...process.env, DATABASE_URL: postgres.url, ...secrets, ...environment };
    return (await promisify(execFile)(process.execPath, [mainProgram, ...args], { env })).stdout;
  };
  await migrate(postgres.url);
  await program(["tariff", "record", tariffFile], { DATABASE_ROLE: "billing_settlement" });
  const providerLog = join(folder, "provider.ndjson");
  const provider = await startProvider(providerLog, providerDelayMs);
  const database = await connect({ url: postgres.url, applicationName: "e2e" });
  return {
    ...{ postgres, kafka, database, secrets, program, providerLog, providerUrl: provider.url },
    databaseUrl: postgres.url.replace("@127.0.0.1:", `@${network.host}:`),
    provider: providerDoor(provider.url),
    stop: async () => {
      await database.end();
      provider.stop();
      await Promise.all([kafka.kill9(), postgres.kill9()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startProvider(
  logFile: string,
  delayMs: number,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const args = ["--host", network.host, "--delay-ms", String(delayMs), "--failure-rate", "0.01"];
  const child = spawn(process.execPath, [mainProgram, "provider-simulator", ...args, "--log", logFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = (): void => void child.kill("SIGKILL");
  process.once("exit", stop);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };
  return { url: `http://${network.host}:${port}`, stop };
}
