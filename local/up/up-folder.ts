import { randomBytes } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { PermanentError } from "../../platform/errors.ts";
import type { ServedFolder } from "../demo/demo-folder.ts";
import { endOrphan, writeProcessFile } from "../process-file.ts";

/** Where a system on one machine keeps all that it is: stopped and started again, it goes on from there. */
export interface UpFolder extends ServedFolder {
  /** Keys of the personal data, the same for as long as the data lives. */
  readonly secrets: NodeJS.ProcessEnv;
  /** Notes that members are being generated; what is broken off is thrown away at the next start. */
  readonly beginGenerating: () => void;
  readonly endGenerating: () => void;
  /** Lets the next one in. */
  readonly release: () => void;
}

/** Takes the folder for this process: refuses while another one uses it, and ends what a killed one left running. */
export async function takeUpFolder(folder: string, say: (line: string) => void): Promise<UpFolder> {
  const root = resolve(folder, "up");
  const at = (name: string): string => join(root, name);
  const lock = at("up.pid.json");
  mkdirSync(root, { recursive: true });
  try {
    await endOrphan(lock, say);
    for (const orphan of globSync("**/*.pid.json", { cwd: root })) await endOrphan(at(orphan), say);
  } catch (error) {
    const why = (error as Error).message;
    throw new PermanentError("up-runs", `another system runs in ${folder}; stop it by Ctrl-C (${why})`);
  }
  const generating = at("generating");
  // Nothing but half of the members was ever in it.
  if (existsSync(generating)) rmSync(at("postgres"), { recursive: true, force: true });
  rmSync(generating, { force: true });
  for (const path of [at("logs"), at("processes")]) mkdirSync(path, { recursive: true });
  writeProcessFile(lock, process.pid);
  return {
    ...{ postgres: at("postgres"), kafka: at("kafka"), logs: at("logs"), processes: at("processes") },
    providerLog: at("provider.ndjson"),
    secrets: keptSecrets(at("processes/secrets.json"), existsSync(at("postgres"))),
    beginGenerating: () => {
      writeFileSync(generating, "");
    },
    endGenerating: () => {
      rmSync(generating);
    },
    release: () => {
      rmSync(lock, { force: true });
    },
  };
}

const secretsForm = z.object({ ENCRYPTION_KEYS: z.string(), BLIND_INDEX_KEY: z.string() });

function keptSecrets(path: string, hasDatabase: boolean): NodeJS.ProcessEnv {
  if (existsSync(path)) return secretsForm.parse(JSON.parse(readFileSync(path, "utf8")));
  if (hasDatabase) {
    const remedy = "put it back, or remove the whole folder to begin anew";
    throw new PermanentError(
      "no-keys",
      `${path} is gone, and only it opens the members' contacts; ${remedy}`,
    );
  }
  const key = (): string => randomBytes(32).toString("base64");
  const secrets = { ENCRYPTION_KEYS: `up:${key()}`, BLIND_INDEX_KEY: key() };
  writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
