import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endOrphan } from "../../local/process-file.ts";

const allFolders = fileURLToPath(new URL("../../.local/tests", import.meta.url));

/** Removes what test processes left that were killed; a folder whose process still runs stays. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(allFolders)) {
    const folder = join(allFolders, name);
    const ownerPid = Number(/-(\d+)-/.exec(name)?.[1]);
    if (isAlive(ownerPid)) continue;
    try {
      await endOrphan(join(folder, "server.pid.json"), () => undefined);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // In use after all, or another test process is removing it.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** An empty folder for one server of this test process. The caller removes it. */
export async function serverFolder(kind: "postgres" | "kafka"): Promise<string> {
  mkdirSync(allFolders, { recursive: true });
  await sweep();
  return mkdtempSync(join(allFolders, `${kind}-${process.pid}-`));
}
