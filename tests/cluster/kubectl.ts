import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { ClusterAccess } from "./control-plane.ts";
import { type ClusterProgram, clusterProgram } from "./programs.ts";

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 0 = done; kubectl's own code otherwise. */
  readonly code: number;
}

async function runProgram(
  name: ClusterProgram,
  cluster: ClusterAccess,
  args: readonly string[],
  input = "",
): Promise<KubectlResult> {
  const environment = {
    ...process.env,
    KUBECONFIG: cluster.kubeconfig,
    ...(cluster.kubectlCache !== undefined && { KUBECACHEDIR: cluster.kubectlCache }),
  };
  const child = spawn(clusterProgram(name), args, { env: environment, stdio: "pipe" });
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? -1);
    });
  });
  child.stdin.on("error", () => undefined); // it need not read what it is given
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

/** Runs kubectl against the cluster; `input` is what it reads with `-f -`. A failure is a code, not a rejection. */
export function kubectl(
  cluster: ClusterAccess,
  args: readonly string[],
  { input }: { readonly input?: string } = {},
): Promise<KubectlResult> {
  return runProgram("kubectl", cluster, args, input);
}

/** As `kubectl`, but rejects unless it exits 0; returns what it printed. */
export async function kubectlOk(
  cluster: ClusterAccess,
  args: readonly string[],
  options: { readonly input?: string } = {},
): Promise<string> {
  const { stdout, stderr, code } = await kubectl(cluster, args, options);
  if (code !== 0)
    throw new Error(`kubectl ${args.join(" ")} exited ${code}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

/** Runs Helm 4 against the cluster; rejects unless it exits 0; returns what it printed. */
export async function helm(cluster: ClusterAccess, args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await runProgram("helm", cluster, args);
  if (code !== 0) throw new Error(`helm ${args.join(" ")} exited ${code}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
