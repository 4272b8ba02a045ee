import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

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
  return applied.map((migration) => migration.name);
}
