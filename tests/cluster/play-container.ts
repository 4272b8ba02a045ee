import { fileURLToPath } from "node:url";
import { startChild } from "../../local/job-runner/child.ts";
import { expand } from "./pod-environment.ts";
import type { Pod } from "./wire.ts";
import type { ContainerEnd } from "./pod-status.ts";

/** What a script is told of the pod that it plays. */
export interface PlayedPod {
  readonly name: string;
  readonly namespace: string;
  readonly jobName: string;
  /** Completion index; null for a Job that is not Indexed. */
  readonly index: number | null;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts at SIGTERM. A script that goes on longer than the grace period has exited 137. */
  readonly terminated: AbortSignal;
}

/** How a script lets its pod end: an exit code, one with a message, or never start at all. */
export type PlayedEnd = number | ContainerEnd | { readonly waiting: string; readonly message: string };

export type Script = (pod: PlayedPod) => PlayedEnd | Promise<PlayedEnd>;

/** A container at work, played or real. */
export interface PlayedContainer {
  /** Null for a script. */
  readonly pid: number | null;
  readonly end: Promise<PlayedEnd>;
  /** SIGTERM now, SIGKILL after the grace period. */
  readonly interrupt: (graceMs: number) => void;
}

const longestGraceMs = 3_600_000;
const killedExitCode = 137;
const terminatedExitCode = 143;

/** What the image starts when a container names no command; see Dockerfile. */
const entrypoint = [process.execPath, fileURLToPath(new URL("../../main.ts", import.meta.url))];

/** Lets `script` play the container. */
export function playScript(script: Script, pod: Omit<PlayedPod, "terminated">): PlayedContainer {
  const termination = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const { promise: killed, resolve: kill } = Promise.withResolvers<PlayedEnd>();
  const played = Promise.resolve(script({ ...pod, terminated: termination.signal }));
  return {
    pid: null,
    end: Promise.race([played, killed]).finally(() => {
      clearTimeout(timer);
    }),
    interrupt: (graceMs) => {
      termination.abort();
      clearTimeout(timer);
      timer = setTimeout(() => {
        kill(killedExitCode);
      }, graceMs);
    },
  };
}

/** Runs the first container's command, or the image's with its args, as a child process on this machine. */
export function runContainer(
  pod: Pod,
  environment: Readonly<Record<string, string>>,
  logFile: string,
): PlayedContainer {
  const [container] = pod.spec?.containers ?? [];
  const image = container?.command ?? entrypoint;
  const [command = "", ...args] = [...image, ...(container?.args ?? [])].map((part) =>
    expand(part, environment),
  );
  const child = startChild({
    command,
    args,
    environment: { PATH: process.env["PATH"], HOSTNAME: pod.metadata?.name, ...environment },
    logFile,
    graceMs: longestGraceMs, // `interrupt` below is told the real one, which the deletion decides
  });
  let outlasted = false;
  let hasEnded = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    pid: child.pid,
    end: child.exit.then(({ exitCode, lastWords }) => {
      clearTimeout(timer);
      hasEnded = true;
      const bySignal = child.isInterrupted() && !outlasted ? terminatedExitCode : killedExitCode;
      return { exitCode: exitCode ?? bySignal, message: lastWords };
    }),
    interrupt: (graceMs) => {
      if (hasEnded) return;
      child.interrupt();
      clearTimeout(timer);
      timer = setTimeout(() => {
        outlasted = true;
        process.kill(child.pid, "SIGKILL");
      }, graceMs);
    },
  };
}
