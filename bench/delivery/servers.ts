import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createTopics } from "../../local/demo/backing-servers.ts";
import { startKafka, type KafkaServer } from "../../local/kafka-server.ts";
import { startPostgres, type PostgresServer } from "../../local/postgres-server.ts";
import { connect } from "../../platform/postgres.ts";

/** PostgreSQL of the benchmark's own; disposing of it stops it and removes its folder. */
export interface Server extends AsyncDisposable {
  readonly postgres: PostgresServer;
  /** Goes with the server. */
  readonly folder: string;
}

/** What one measurement works on: a copy of the month's database, and a Kafka that nobody has used before. */
export interface Stage extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly kafka: KafkaServer;
  /** For logs and the provider's list of what it accepted. */
  readonly folder: string;
}

/** Starts PostgreSQL below `parent`, on the disk of the clone, with durability as by default. */
export async function startServer(parent: string): Promise<Server> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(parent, "delivery-"));
  stack.defer(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, "logs"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres") });
  stack.defer(() => postgres.stop());
  const running = stack.move();
  return { postgres, folder, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Copies the database, to which nobody may be connected, and starts a Kafka with the topics; disposing of it removes both. */
export async function setStage({ postgres, folder }: Server, name: string): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const original = new URL(postgres.url);
  const template = original.pathname.slice(1);
  await inMaintenance(original, [
    `create database ${name} template ${template} strategy file_copy`,
    "checkpoint",
  ]);
  stack.defer(() => inMaintenance(original, [`drop database ${name} with (force)`]));
  const kafka = await startKafka({ dataDir: join(folder, `kafka-${name}`) });
  stack.defer(() => kafka.stop());
  await createTopics(kafka);
  const stageFolder = join(folder, name);
  mkdirSync(stageFolder);
  const databaseUrl = new URL(original);
  databaseUrl.pathname = `/${name}`;
  const running = stack.move();
  return {
    ...{ databaseUrl: databaseUrl.href, kafka, folder: stageFolder },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function inMaintenance(original: URL, statements: readonly string[]): Promise<void> {
  const url = new URL(original);
  url.pathname = "/postgres";
  const client = await connect({ url: url.href, applicationName: "bench" });
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
