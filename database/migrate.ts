import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import { connect } from "../platform/postgres.ts";

/** Where the numbered SQL files are. */
export const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/** Brings the database to the newest schema; returns the names of the migrations that were applied now. */
export async function migrate(
  databaseUrl: string,
  log: (line: string) => void = () => undefined,
): Promise<string[]> {
  const applied = await runner({
    databaseUrl,
    dir: migrationsFolder,
    direction: "up",
    migrationsTable: "schema_migrations",
    checkOrder: true,
    singleTransaction: true,
    log,
  });
  await showVersion(databaseUrl);
  return applied.map((migration) => migration.name);
}

/** Every process may ask whether the schema is the one that it was written for. */
async function showVersion(databaseUrl: string): Promise<void> {
  const client = await connect({ url: databaseUrl, applicationName: "billing-migrate" });
  try {
    await client.query("grant select on schema_migrations to public");
  } finally {
    await client.end();
  }
}
