import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that cannot be mistaken for a later one with the same pid. */
interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the words of the system; "" when it does not run. */
  readonly startedAt: string;
}

interface ProcessFile {
  readonly server: ProcessIdentity;
  /** The process that started the server and stops it. */
  readonly owner: ProcessIdentity;
}

/** When the process was started, "" if there is none (a zombie counts as none). */
function startTime(pid: number): string {
  try {
    if (process.platform !== "linux") {
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    }
    // The name, field 2, may hold spaces and brackets: count from behind it. Field 3 is the state, 22 the start.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

const identify = (pid: number): ProcessIdentity => ({ pid, startedAt: startTime(pid) });

const runs = (it: ProcessIdentity): boolean => it.startedAt !== "" && startTime(it.pid) === it.startedAt;

/** True while a process with this pid runs. */
export function isRunning(pid: number): boolean {
  return startTime(pid) !== "";
}

/** Notes in `path` which server this process started, for `endOrphan` of a later process. */
export function writeProcessFile(path: string, serverPid: number): void {
  const content: ProcessFile = { server: identify(serverPid), owner: identify(process.pid) };
  writeFileSync(path, JSON.stringify(content));
}

function readProcessFile(path: string): ProcessFile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ProcessFile;
  } catch {
    return undefined; // absent, or half written when its owner was killed
  }
}

/**
 * Ends the server that `path` names if the process that started it is gone (it was killed before it could stop
 * the server). Throws if that process still runs: the server, and its folder, are in use.
 */
export async function endOrphan(path: string, log: (line: string) => void): Promise<void> {
  const found = readProcessFile(path);
  if (found !== undefined && runs(found.server)) {
    if (runs(found.owner)) {
      throw new Error(`in use: process ${found.owner.pid} runs the server ${found.server.pid} of ${path}`);
    }
    log(`ending server ${found.server.pid}, left by process ${found.owner.pid}`);
    process.kill(found.server.pid, "SIGKILL");
    while (runs(found.server)) await sleep(20);
  }
  rmSync(path, { force: true });
}
