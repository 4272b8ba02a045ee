import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { postgresFolder } from "./toolchain.ts";
import { reachable, unprivilegedIds } from "./unprivileged.ts";

// Every user may pass it, and it survives a restart of the machine.
const sharedFolder = "/var/tmp/billing-operator";

/** The programs `initdb` and `postgres` of this platform. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Version of the npm package that `folder` belongs to. */
function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}

/** Copies the installation to where every user can run it, once; returns the copy. */
function sharedCopy(folder: string): string {
  mkdirSync(sharedFolder, { recursive: true, mode: 0o755 });
  // Anybody may have made a folder of this name: what root runs from it must be root's.
  if (statSync(sharedFolder).uid !== 0) throw new Error(`${sharedFolder} does not belong to root; remove it`);
  const copy = join(sharedFolder, `postgres-${versionOf(folder)}`);
  if (existsSync(copy)) return copy;
  const unfinished = mkdtempSync(`${copy}.new.`);
  cpSync(folder, unfinished, { recursive: true, verbatimSymlinks: true });
  chmodSync(unfinished, 0o755);
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // else another process was faster
  }
  return copy;
}

/**
 * The programs that npm installed, or a copy of them: as root they run as another user, who cannot reach a clone
 * under /root or in a folder of `mktemp -d`. PostgreSQL checks its own path by access(2), for which capabilities
 * do not count.
 */
export function postgresPrograms(): PostgresPrograms {
  const installed = postgresFolder();
  const usable = unprivilegedIds() === undefined || reachable(join(installed, "bin", "postgres"));
  const bin = join(usable ? installed : sharedCopy(installed), "bin");
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") };
}
