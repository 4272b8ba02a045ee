import { statSync } from "node:fs";
import { dirname } from "node:path";

// PostgreSQL refuses to run as root. `nobody` exists on every Linux, also in a bare container.
const nobody = 65534;
const searchableByOthers = 0o001;

/** A command, and as which user it is to be run; without ids as the present one. */
export interface UnprivilegedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Ids of the user that PostgreSQL's files must belong to; undefined when this process may run it itself. */
export function unprivilegedIds(): { readonly uid: number; readonly gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;
}

/** True if every user may pass the folders above `path`. */
export function reachable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & searchableByOthers) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The command for a user who is not root. If that user cannot reach one of `paths` (a clone under /root or in a
 * folder of `mktemp -d`), Linux lets the program pass the closed folders by one ambient capability. The program
 * itself must be reachable; see postgres-programs.ts.
 */
export function unprivileged(
  program: string,
  args: readonly string[],
  paths: readonly string[],
): UnprivilegedCommand {
  const ids = unprivilegedIds();
  if (ids === undefined) return { command: program, args };
  if (paths.every(reachable)) return { command: program, args, ...ids };
  const identity = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--clear-groups"];
  const capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  return { command: "setpriv", args: [...identity, ...capability, program, ...args] };
}
