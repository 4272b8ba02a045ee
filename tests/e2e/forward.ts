import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { RealCluster } from "../cluster/real-cluster.ts";
import { clusterProgram } from "../cluster/programs.ts";

/** A port of this machine that leads into the cluster. */
export interface Forward {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly close: () => void;
}

/** `kubectl port-forward` to `svc/NAME` (of which the first ready pod answers) or `pod/NAME`, on a port of its choice. */
export async function forward(
  cluster: RealCluster,
  namespace: string,
  target: string,
  port: number,
): Promise<Forward> {
  const args = ["--kubeconfig", cluster.kubeconfig, "-n", namespace];
  const child = spawn(clusterProgram("kubectl"), [...args, "port-forward", target, `:${port}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const close = (): void => void child.kill("SIGTERM");
  process.once("exit", close);
  for await (const line of createInterface({ input: child.stdout })) {
    const own = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    // What is written later must not fill the pipe.
    child.stdout.resume();
    if (own !== undefined) return { url: `http://127.0.0.1:${own}`, close };
  }
  throw new Error(`kubectl port-forward to ${target} ended before it listened`);
}
