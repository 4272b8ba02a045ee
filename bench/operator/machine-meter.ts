import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cpuSecondsOfTree } from "../cpu-seconds.ts";
import { machineBusySeconds } from "../delivery/machine.ts";

/** Processor seconds of a stretch of time, by who used them. */
export interface MachineSeconds {
  readonly postgres: number;
  /** This process and what it has started: the workers of the local runner. */
  readonly bench: number;
  /** etcd, API server, controllers, scheduler, kubelet, containerd, … */
  readonly cluster: number;
  /** Pods with their shims, and whatever neighbours do. */
  readonly others: number;
  /** Of `cluster`, by program; those that used next to nothing are left out. */
  readonly daemons: Readonly<Record<string, number>>;
}

interface Reading {
  readonly postgres: number;
  readonly bench: number;
  readonly busy: number;
  readonly daemons: Readonly<Record<string, number>>;
}

/** Starts counting; `clusterFolder` holds a `.pid.json` of every daemon. */
export function startMachineMeter(postgresPid: number, clusterFolder: string): () => MachineSeconds {
  const daemonPids = pidsOf(clusterFolder);
  const read = (): Reading => {
    const daemons = Object.fromEntries(
      [...daemonPids].map(([name, pid]) => [name, cpuSecondsOfTree(pid)] as const),
    );
    const [postgres, own] = [cpuSecondsOfTree(postgresPid), cpuSecondsOfTree(process.pid, postgresPid)];
    // The daemons are children of this process.
    return { postgres, bench: own - sum(daemons), busy: machineBusySeconds(), daemons };
  };
  const first = read();
  return () => {
    const last = read();
    const daemons = differences(first.daemons, last.daemons);
    const [postgres, bench, cluster] = [
      last.postgres - first.postgres,
      last.bench - first.bench,
      sum(daemons),
    ];
    return {
      ...{ postgres: tenths(postgres), bench: tenths(bench), cluster: tenths(cluster) },
      others: tenths(last.busy - first.busy - postgres - bench - cluster),
      daemons: Object.fromEntries(
        Object.entries(daemons)
          .map(([name, seconds]) => [name, tenths(seconds)] as const)
          .filter(([, seconds]) => seconds >= 0.1),
      ),
    };
  };
}

function pidsOf(folder: string): Map<string, number> {
  const daemons = new Map<string, number>();
  for (const file of globSync(join(folder, "*.pid.json"))) {
    const { server } = JSON.parse(readFileSync(file, "utf8")) as { server?: { pid: number } };
    if (server !== undefined && server.pid !== process.pid)
      daemons.set(basename(file, ".pid.json"), server.pid);
  }
  return daemons;
}

function differences(
  first: Readonly<Record<string, number>>,
  last: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(last).map(([name, value]) => [name, value - (first[name] ?? 0)]));
}

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
