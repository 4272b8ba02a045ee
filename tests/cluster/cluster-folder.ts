import { globSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { endOrphan, isRunning } from "../../local/process-file.ts";
import { machineFolder } from "../support/temporary-folder.ts";

const prefix = "billing-operator-cluster-";

/** Ends every server that a killed process left in `folder`; throws if its owner still runs. */
export async function endOrphans(folder: string): Promise<void> {
  for (const file of globSync("*.pid.json", { cwd: folder })) {
    await endOrphan(join(folder, file), () => undefined);
  }
}

/** Removes what test processes left that were killed; a folder whose process still runs stays. */
async function sweep(): Promise<void> {
  const left = readdirSync(machineFolder).filter((name) => name.startsWith(prefix));
  for (const name of left) {
    if (isRunning(Number(name.slice(prefix.length).split("-")[0]))) continue;
    const folder = join(machineFolder, name);
    try {
      await endOrphans(folder);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // In use after all, or another process is removing it.
    }
  }
}

/** An empty folder for the cluster of this process. Whoever asked removes it. */
export async function clusterFolder(): Promise<string> {
  await sweep();
  return mkdtempSync(join(machineFolder, `${prefix}${process.pid}-`));
}
