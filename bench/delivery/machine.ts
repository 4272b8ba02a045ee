import { readFileSync } from "node:fs";

/** Clock ticks of /proc a second; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor seconds that all cores together were busy since the machine started. Linux only: 0 elsewhere. */
export function machineBusySeconds(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = read("/proc/stat")
    .slice(0, 200)
    .split("\n", 1)
    .join("")
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + irq + softIrq) / ticksPerSecond;
}

/** The most memory that a running process has had resident at once. Linux only: 0 elsewhere. */
export function peakRssMiB(pid: number): number {
  return statusMiB(pid, "VmHWM");
}

/** The memory that a running process has resident now. Linux only: 0 elsewhere. */
export function rssMiB(pid: number): number {
  return statusMiB(pid, "VmRSS");
}

function statusMiB(pid: number, field: string): number {
  const [, kibibytes = "0"] =
    new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(read(`/proc/${pid}/status`)) ?? [];
  return Math.round(Number(kibibytes) / 1_024);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
