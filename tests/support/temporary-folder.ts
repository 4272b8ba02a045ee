import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "billing-test-";
/** Another machine's processes may share the folder (a container), and are not seen here: what is younger is let alone. */
const leftAfterMs = 3_600_000;

/** The temporary folder of the machine, whatever this process has as its own: for what is found again by another process. */
export const machineFolder = process.env["MACHINE_TMPDIR"] ?? tmpdir();

/**
 * Gives this process and its children a temporary folder of their own, which goes with it. A test that is killed removes
 * nothing: neither its folders nor what browsers and `helm` put beside them; the next one does, an hour later.
 */
export function takeTemporaryFolder(): void {
  sweepTemporaryFolders(machineFolder);
  const folder = mkdtempSync(join(machineFolder, `${prefix}${process.pid}-`));
  // PostgreSQL runs as another user, below it.
  chmodSync(folder, 0o711);
  process.env["MACHINE_TMPDIR"] = machineFolder;
  process.env["TMPDIR"] = folder;
  process.on("exit", () => {
    remove(folder);
  });
}

/** Removes the folders of processes that are gone, once they are an hour old. */
export function sweepTemporaryFolders(parent: string): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(prefix))) {
    const folder = join(parent, name);
    if (isAlive(Number(name.slice(prefix.length).split("-")[0]))) continue;
    const { mtimeMs = Date.now() } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > leftAfterMs) remove(folder);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A child that outlives this process writes there, or it is another user's.
  }
}
