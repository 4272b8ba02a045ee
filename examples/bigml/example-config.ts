import { randomBytes } from "node:crypto";

/** The environment of a subcommand of this example: its database, and keys that live no longer than it does. */
export function exampleEnvironment(databaseUrl: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: databaseUrl,
    DATABASE_ROLE: "",
    ENCRYPTION_KEYS: `example:${randomBytes(32).toString("base64")}`,
    BLIND_INDEX_KEY: randomBytes(32).toString("base64"),
    LOG_LEVEL: "warn",
  };
}
