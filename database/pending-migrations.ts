import { readdirSync } from "node:fs";
import type { Queryable } from "../platform/postgres.ts";
import { migrationsFolder } from "./migrate.ts";

/** Names of the migrations of this program that the database does not have yet, in their order; any role may ask. */
export async function pendingMigrations(database: Queryable): Promise<string[]> {
  const applied = await appliedMigrations(database);
  const known = readdirSync(migrationsFolder)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .sort();
  return known.filter((name) => !applied.has(name));
}

async function appliedMigrations(database: Queryable): Promise<ReadonlySet<string>> {
  const table = await database.query<{ exists: boolean }>(
    "select to_regclass('schema_migrations') is not null as exists",
  );
  if (table.rows[0]?.exists !== true) return new Set();
  const { rows } = await database.query<{ name: string }>("select name from schema_migrations");
  return new Set(rows.map(({ name }) => name));
}
