import type { Command } from "commander";
import { ExitCode } from "../platform/exit-codes.ts";
import { createKubernetes, type KubernetesClient } from "../platform/kubernetes/client.ts";
import { KubernetesError } from "../platform/kubernetes/kubernetes-error.ts";
import { PermanentError } from "../platform/errors.ts";
import { Refusal } from "./refusal.ts";

/** Options that every subcommand takes, as kubectl spells them. */
export interface SharedOptions {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly output?: "json";
}

/** What a subcommand works with. */
export interface Session {
  readonly kubernetes: KubernetesClient;
  readonly namespace: string;
  /** Whether the answer is to be JSON. */
  readonly json: boolean;
  /** Writes a line, or several, for the caller. */
  readonly print: (text: string) => void;
}

/** The API server that the options of `command` and of its parents name. */
export function openSession(command: Command): Session {
  const { namespace, context, kubeconfig, output } = command.optsWithGlobals<SharedOptions>();
  const kubernetes = createKubernetes({
    userAgent: "kubectl-billing",
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  return {
    kubernetes,
    namespace: namespace ?? kubernetes.defaultNamespace,
    json: output === "json",
    print: (text) => process.stdout.write(`${text}\n`),
  };
}

/** Runs a subcommand and sets the exit code; what a person can act on is a sentence, not a stack. */
export async function inSession(command: Command, work: (session: Session) => Promise<void>): Promise<void> {
  try {
    await work(openSession(command));
  } catch (error) {
    const isSentence =
      error instanceof Refusal || error instanceof KubernetesError || error instanceof PermanentError;
    if (!isSentence) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = ExitCode.failed;
  }
}
