import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { after, type TestContext } from "node:test";
import { migrate } from "../../database/migrate.ts";
import { type PostgresServer, startPostgres } from "../../local/postgres-server.ts";
import { type Client, connect } from "../../platform/postgres.ts";
import { serverFolder } from "./server-folder.ts";

const template = "migrated";

interface SharedServer {
  readonly server: PostgresServer;
  readonly dataDir: string;
}

let shared: Promise<SharedServer> | undefined;

// At the top of the module, so that it runs after the last test of the file.
after(async () => {
  if (shared === undefined) return;
  const { server, dataDir } = await shared;
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function urlOf(server: PostgresServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(server: PostgresServer, sql: string): Promise<void> {
  const client = await connect({ url: server.url, applicationName: "tests" });
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function startShared(): Promise<SharedServer> {
  const dataDir = await serverFolder("postgres");
  // What survives a power failure does not matter here; tests that kill a server start their own.
  const settings = { shared_buffers: "128MB", max_wal_size: "1GB", fsync: "off" };
  const server = await startPostgres({ dataDir, settings });
  await onServer(server, `create database ${template}`);
  await migrate(urlOf(server, template));
  return { server, dataDir };
}

/** A database of its own for one test, with the newest schema and no rows. */
export interface TestDatabase {
  readonly url: string;
  /** An open connection, ended when the test ends. */
  readonly connect: () => Promise<Client>;
}

/**
 * A fresh clone of the migrated template, on one PostgreSQL per test process. The database lives until the process
 * ends: a pool that the test closes late finds it still there.
 */
export async function testDatabase(t: TestContext): Promise<TestDatabase> {
  shared ??= startShared();
  const { server } = await shared;
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onServer(server, `create database ${name} template ${template}`);
  const url = urlOf(server, name);
  return {
    url,
    connect: async () => {
      const client = await connect({ url, applicationName: "tests" });
      t.after(() => client.end());
      return client;
    },
  };
}
