import { randomBytes } from "node:crypto";
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PermanentError } from "../../platform/errors.ts";
import { endOrphan, writeProcessFile } from "../process-file.ts";

/** Where servers and processes of one machine keep what they write. */
export interface ServedFolder {
  readonly postgres: string;
  readonly kafka: string;
  readonly logs: string;
  readonly processes: string;
  readonly providerLog: string;
}

/** Where a demo keeps what it writes; all but the results is removed by the next one. */
export interface DemoFolder extends ServedFolder {
  readonly summary: string;
  readonly renderedBill: string;
  /** Lets the next demo in. */
  readonly release: () => void;
}

/**
 * Takes the folder for this process: refuses while another demo runs, ends what a killed demo left running, and removes
 * its files.
 */
export async function takeDemoFolder(folder: string, say: (line: string) => void): Promise<DemoFolder> {
  const root = resolve(folder, "demo");
  const lock = join(root, "demo.pid.json");
  mkdirSync(root, { recursive: true });
  try {
    await endOrphan(lock, say);
    for (const orphan of globSync("**/*.pid.json", { cwd: root })) await endOrphan(join(root, orphan), say);
  } catch (error) {
    throw new PermanentError(
      "demo-runs",
      `another demo runs in ${folder}; wait for its end or stop it by Ctrl-C (${(error as Error).message})`,
    );
  }
  rmSync(root, { recursive: true, force: true });
  const at = (name: string): string => join(root, name);
  for (const path of [at("logs"), at("processes")]) mkdirSync(path, { recursive: true });
  writeProcessFile(lock, process.pid);
  return {
    postgres: at("postgres"),
    kafka: at("kafka"),
    logs: at("logs"),
    processes: at("processes"),
    providerLog: at("provider.ndjson"),
    summary: resolve(folder, "summary.json"),
    renderedBill: resolve(folder, "bill.html"),
    release: () => {
      rmSync(lock, { force: true });
    },
  };
}

/** Fresh keys of the personal data, kept beside the data they open for as long as that lives. */
export function createSecrets(folder: DemoFolder): NodeJS.ProcessEnv {
  const key = (): string => randomBytes(32).toString("base64");
  const secrets = { ENCRYPTION_KEYS: `demo:${key()}`, BLIND_INDEX_KEY: key() };
  writeFileSync(join(folder.processes, "secrets.json"), JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
