import { execFileSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, writeProcessFile } from "../../../local/process-file.ts";
import { machineFolder } from "../../support/temporary-folder.ts";
import { endOrphans } from "../cluster-folder.ts";
import { containerdSocket } from "./configuration.ts";
import { removeNetwork } from "./network.ts";

/** The one node cluster of this machine; its addresses are fixed, so there cannot be two. */
export const nodeFolder = join(machineFolder, "billing-operator-node");

const before = join(nodeFolder, "before.json");
const owner = join(nodeFolder, "owner.pid.json");
/** The kubelet sets these three for the whole machine. */
const kernelSettings = ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops"];

interface Before {
  readonly podNamespaces: readonly string[];
  readonly kernel: Readonly<Record<string, string>>;
}

const podNamespaces = (): string[] => globSync("/run/netns/cni-*");

function makeFolder(): boolean {
  try {
    mkdirSync(nodeFolder);
    return true;
  } catch {
    return false;
  }
}

/**
 * Takes the place for this process: removes what is left there, and notes what is to be as it was when the node is
 * gone. Throws while another process has it.
 */
export async function takeNodeFolder(): Promise<void> {
  // A plugin that containerd had started may outlive it by a moment and write its folder anew.
  for (let attempt = 1; await removeLeftovers().then(() => !makeFolder()); attempt++) {
    if (attempt === 5) throw new Error(`${nodeFolder} comes back after it is removed: who writes there?`);
    await sleep(200);
  }
  writeProcessFile(owner, process.pid); // before any daemon has one: two that start at once must not both go on
  const kernel = Object.fromEntries(
    kernelSettings.map((name) => [name, readFileSync(`/proc/sys/${name}`, "utf8")]),
  );
  writeFileSync(before, JSON.stringify({ podNamespaces: podNamespaces(), kernel } satisfies Before));
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent, command }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

/** The shims of our containerd and all below them: the containers, which outlive containerd. */
function containerProcesses(): number[] {
  const all = processes();
  const isShim = ({ command }: Process): boolean =>
    command.includes("containerd-shim") && command.includes(`-address ${containerdSocket(nodeFolder)}`);
  const found = new Set(all.filter(isShim).map(({ pid }) => pid));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return [...found].reverse(); // containers before their shim, which would report them
}

async function endContainers(): Promise<void> {
  const pids = containerProcesses();
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended with another one.
    }
  }
  while (pids.some(isRunning)) await sleep(20);
}

function unmountAll(): void {
  const below = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((point) => point.startsWith(`${nodeFolder}/`));
  for (const point of below.sort().reverse()) execFileSync("umount", ["--lazy", point]);
}

/** Empty folders go; one that another kubelet's pods are in stays. */
function removePodCgroups(): void {
  for (const root of globSync("/sys/fs/cgroup/{kubepods,*/kubepods}")) {
    const folders = globSync("**/", { cwd: root }).map((name) => join(root, name));
    for (const folder of [...folders.sort().reverse(), root]) {
      try {
        rmdirSync(folder);
      } catch {
        // In use, or gone.
      }
    }
  }
}

function restore(): void {
  if (!existsSync(before)) return;
  const noted = JSON.parse(readFileSync(before, "utf8")) as Before;
  for (const namespace of podNamespaces().filter((path) => !noted.podNamespaces.includes(path))) {
    execFileSync("ip", ["netns", "del", namespace.slice("/run/netns/".length)]);
  }
  for (const [name, value] of Object.entries(noted.kernel)) writeFileSync(`/proc/sys/${name}`, value);
}

/** Gives back what `takeNodeFolder` took, once the daemons have ended. */
export async function releaseNodeFolder(): Promise<void> {
  rmSync(owner, { force: true });
  await removeLeftovers();
}

/**
 * Removes all that a node cluster of this machine has left: processes, mounts, namespaces, cgroups, files. Its
 * daemons have been stopped, or the process that ran them was killed; throws while that process runs.
 */
export async function removeLeftovers(): Promise<void> {
  if (!existsSync(nodeFolder)) return;
  await endOrphans(nodeFolder);
  await endContainers();
  unmountAll();
  await removeNetwork();
  removePodCgroups();
  restore();
  rmSync(nodeFolder, { recursive: true, force: true, maxRetries: 5 });
}
