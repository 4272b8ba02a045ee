import { randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { RealCluster } from "../cluster/real-cluster.ts";
import { clusterProgram } from "../cluster/programs.ts";
import type { Installation } from "./installation.ts";

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: unknown;
}

/** The admin API as a program of the carrier's calls it: by a service account's token, through a forwarded port. */
export interface AdminDoor {
  readonly get: (path: string) => Promise<ApiAnswer>;
  readonly post: (path: string, body: object, key?: string) => Promise<ApiAnswer>;
  readonly close: () => void;
}

interface CallBody {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const account = "carrier-crm";
const audience = "billing-operator-admin";

/** Makes a service account with this role of the API and opens a way to it; the first ready pod answers. */
export async function openAdmin(
  cluster: RealCluster,
  billing: Installation,
  role: "viewer" | "operator" | "approver",
): Promise<AdminDoor> {
  await billing.kubectl(["create", "serviceaccount", account]);
  await billing.kubectl([
    ...["create", "rolebinding", account, `--role=billing-billing-operator-admin-${role}`],
    `--serviceaccount=${billing.namespace}:${account}`,
  ]);
  const token = (await billing.kubectl(["create", "token", account, `--audience=${audience}`])).trim();
  const { port, close } = await forward(cluster, billing.namespace);
  const call = async (method: string, path: string, init: CallBody = {}): Promise<ApiAnswer> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      ...init,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...init.headers },
    });
    return {
      status: response.status,
      replayed: response.headers.get("idempotency-replayed") === "true",
      body: await response.json(),
    };
  };
  return {
    close,
    get: (path) => call("GET", path),
    post: (path, body, key = randomUUID()) =>
      call("POST", path, { body: JSON.stringify(body), headers: { "idempotency-key": key } }),
  };
}

/** `kubectl port-forward` to the Service, on a port of its choice. */
async function forward(
  cluster: RealCluster,
  namespace: string,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const args = ["--kubeconfig", cluster.kubeconfig, "-n", namespace];
  const child = spawn(
    clusterProgram("kubectl"),
    [...args, "port-forward", "svc/billing-billing-operator-admin", ":80"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const close = (): void => void child.kill("SIGTERM");
  process.once("exit", close);
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    // What is written later must not fill the pipe.
    child.stdout.resume();
    if (port !== undefined) return { port: Number(port), close };
  }
  throw new Error("kubectl port-forward ended before it listened");
}
