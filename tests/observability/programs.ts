import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheFolder } from "../../local/toolchain.ts";

/** What setup/prometheus.sh brings, by the names that the programs have in Debian and elsewhere. */
const names = {
  promtool: ["promtool"],
  prometheus: ["prometheus"],
  amtool: ["amtool"],
  alertmanager: ["prometheus-alertmanager", "alertmanager"],
} as const;

/** A program of Prometheus or Alertmanager. */
export type ObservabilityProgram = keyof typeof names;

/** Debian's Alertmanager does not start without it; setup/prometheus.sh puts it there as root. */
const templateOfDebian = "/usr/share/prometheus/alertmanager/default.tmpl";

function find(program: ObservabilityProgram): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter);
  const cached = join(cacheFolder(), "prometheus", "bin");
  const usesCache = program !== "alertmanager" || existsSync(templateOfDebian);
  const folders = usesCache ? [cached, ...onPath] : onPath;
  return folders.flatMap((folder) => names[program].map((name) => join(folder, name))).find(existsSync);
}

/** Why a test that needs these programs is skipped; false if all are there. */
export function skippedWithout(...programs: readonly ObservabilityProgram[]): string | false {
  const missing = programs.filter((program) => find(program) === undefined);
  return missing.length > 0 && `${missing.join(", ")} not found: "make setup" on Debian, or put them on PATH`;
}

/** Where the program is; throws if it is nowhere. */
export function programPath(program: ObservabilityProgram): string {
  const path = find(program);
  if (path === undefined) throw new Error(String(skippedWithout(program)));
  return path;
}

/** Runs a program to its end; `output` is what it wrote to both streams, stdout first. */
export function runProgram(
  program: ObservabilityProgram,
  args: readonly string[],
): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(programPath(program), [...args], { encoding: "utf8" });
  return { code: status, output: stdout + stderr };
}
