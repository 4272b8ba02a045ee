import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { isRunning } from "./process-file.ts";
import { postgresPrograms } from "./postgres-programs.ts";
import { unprivileged, unprivilegedIds } from "./unprivileged.ts";

const run = promisify(execFile);

/** Name of the superuser of every local cluster. */
export const superuser = "postgres";

/** What stands in the folder of a local PostgreSQL. */
export interface PostgresFiles {
  /** PGDATA. */
  readonly cluster: string;
  /** The superuser's password, made at random when the cluster was. */
  readonly password: string;
  readonly log: string;
  readonly sockets: string;
  /** Who runs the server; see process-file.ts. */
  readonly process: string;
}

/** Paths of the files in `dataDir`, absolute. */
export function postgresFiles(dataDir: string): PostgresFiles {
  const at = (name: string): string => join(resolve(dataDir), name);
  return {
    cluster: at("cluster"),
    password: at("password"),
    log: at("server.log"),
    sockets: at("sockets"),
    process: at("server.pid.json"),
  };
}

/** Gives the file to the user as whom PostgreSQL runs. */
export function giveToServer(path: string): void {
  const ids = unprivilegedIds();
  if (ids) chownSync(path, ids.uid, ids.gid);
}

/** Makes an empty cluster unless there is one. */
export async function initialiseCluster(files: PostgresFiles): Promise<void> {
  if (existsSync(files.cluster)) return;
  // initdb works in a folder of another name, so that a half-made cluster is never taken for a whole one.
  const unfinished = `${files.cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveToServer(unfinished);
  writeFileSync(files.password, randomBytes(24).toString("base64url"), { mode: 0o600 });
  giveToServer(files.password);
  const { command, args, ...ids } = unprivileged(
    postgresPrograms().initdb,
    [
      `--pgdata=${unfinished}`,
      `--username=${superuser}`,
      `--pwfile=${files.password}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C", // the same order of text on every machine
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-sync",
    ],
    [unfinished],
  );
  await run(command, args, ids);
  renameSync(unfinished, files.cluster);
}

/**
 * Lets a new server take over from one that was killed. In a container whose first process collects no children,
 * the killed one stays a zombie for ever, and PostgreSQL, which only asks whether its pid exists, would not start.
 * The pid in its lock file becomes ours, which it takes for "my parent"; the rest of the file stays, because by it
 * PostgreSQL finds backends that still run.
 */
export function takeOverLock(files: PostgresFiles): void {
  const lock = join(files.cluster, "postmaster.pid");
  if (!existsSync(lock)) return;
  const [pid, ...rest] = readFileSync(lock, "utf8").split("\n");
  if (isRunning(Number(pid))) return;
  writeFileSync(lock, [process.pid, ...rest].join("\n"));
}

const beyondLoopbackMark = "# beyond loopback";

/** Lets the networks (CIDR) log in by password besides this machine itself, and nobody else any more. */
export function admitNetworks(files: PostgresFiles, networks: readonly string[]): void {
  const rules = join(files.cluster, "pg_hba.conf");
  const [own = ""] = readFileSync(rules, "utf8").split(beyondLoopbackMark);
  const added = networks.map((network) => `host all all ${network} scram-sha-256\n`).join("");
  writeFileSync(rules, added === "" ? own : `${own}${beyondLoopbackMark}\n${added}`);
}
