import type { Command } from "commander";
import { z } from "zod";
import { migrate } from "../../database/migrate.ts";
import { databaseVariables, loadConfig } from "../../platform/config.ts";

/** `migrate`: brings the database to the newest schema and says what it applied. */
export function define(command: Command): void {
  command.action(async () => {
    const config = loadConfig(z.object(databaseVariables));
    const applied = await migrate(config.DATABASE_URL);
    process.stdout.write(applied.length === 0 ? "nothing to migrate\n" : `applied ${applied.join(", ")}\n`);
  });
}
