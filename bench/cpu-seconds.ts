import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks of /proc a second; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Processor seconds, user and system, that a process has used so far, with those of the children it has waited for and of
 * the children that still run, save the one named. Linux only: 0 elsewhere.
 */
export function cpuSecondsOfTree(pid: number, exceptChild?: number): number {
  const own = readTimes(pid);
  if (own === null) return 0;
  const running = childrenOf(pid).filter((child) => child !== exceptChild);
  const children = running.reduce((sum, child) => sum + (readTimes(child)?.ticks ?? 0), 0);
  return (own.ticks + children) / TICKS_PER_SECOND;
}

/** Ticks of the process and of the children it has waited for. */
function readTimes(pid: number): { readonly parent: number; readonly ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; everything is counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return null;
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (candidate) => Number.isSafeInteger(candidate) && candidate > 0 && readTimes(candidate)?.parent === pid,
    );
}
