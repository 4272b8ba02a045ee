import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { kubectlOk } from "../cluster/kubectl.ts";
import { testNamespace, type TestNamespace } from "../cluster/test-cluster.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** How the plugin ended. */
export interface PluginEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A namespace with the BillingRun kind, where the test plays the operator and calls the plugin as a person does. */
export class Stage {
  readonly at: TestNamespace;

  constructor(at: TestNamespace) {
    this.at = at;
  }

  kubectl(args: readonly string[], input?: object): Promise<string> {
    const options = input === undefined ? {} : { input: JSON.stringify(input) };
    return kubectlOk(this.at.cluster, [...args, `--namespace=${this.at.namespace}`], options);
  }

  /** A run of October as its author would write it. */
  async createRun(name: string, spec: object = {}): Promise<void> {
    const whole = {
      apiVersion: "billing.telco.dev/v1alpha1",
      kind: "BillingRun",
      metadata: { name },
      spec: {
        period: "2026-10",
        tariffRef: { name: "kr-mobile", version: "2026-07" },
        partitions: 4,
        parallelism: 2,
        ...spec,
      },
    };
    await this.kubectl(["create", "-f", "-"], whole);
  }

  /** Writes a status as the operator would, for the spec as it is. */
  async setStatus(name: string, change: object): Promise<void> {
    const { generation } = (await this.read(name)).metadata;
    const status = {
      observedGeneration: generation,
      generation: 1,
      phase: "Settling",
      conditions: [],
      progress: "2/4",
      partitions: { total: 4, active: 2, succeeded: 2, failed: 0, failedIndexes: [] },
      members: { expected: 1000, billed: 480, held: 15, excluded: 5 },
      totals: { amountMinor: "13456000", currency: "KRW" },
      notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
      ...change,
    };
    const patch = ["--subresource=status", "--type=merge", "--patch", JSON.stringify({ status })];
    await this.kubectl(["patch", "billingrun", name, ...patch]);
  }

  async read(name: string): Promise<{
    readonly metadata: { readonly generation: number };
    readonly spec: Readonly<Record<string, unknown>>;
  }> {
    return JSON.parse(await this.kubectl(["get", "billingrun", name, "-o=json"])) as Awaited<
      ReturnType<Stage["read"]>
    >;
  }

  start(args: readonly string[]): ChildProcess {
    const { cluster, namespace } = this.at;
    return spawn(fileOf("plugin/bin/kubectl-billing"), ["-n", namespace, ...args], {
      env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  run(...args: readonly string[]): Promise<PluginEnd> {
    return endOf(this.start(args));
  }
}

/** Waits for a plugin that `start` began. */
export async function endOf(child: ChildProcess): Promise<PluginEnd> {
  if (child.stdout === null || child.stderr === null) throw new Error("its output is read here");
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, stdout, stderr };
}

/** A stage of its own for one test. */
export async function stage(t: TestContext): Promise<Stage> {
  const at = await testNamespace(t);
  const crd = readFileSync(fileOf("crds/billing.telco.dev_billingruns.yaml"), "utf8");
  await kubectlOk(at.cluster, ["apply", "--server-side", "-f", "-"], { input: crd });
  await kubectlOk(at.cluster, ["wait", "--for=condition=Established", "crd/billingruns.billing.telco.dev"]);
  return new Stage(at);
}

/** A condition as the operator writes it. */
export function condition(type: string, status: "True" | "False", reason: string, message: string): object {
  return { type, status, reason, message, observedGeneration: 1, lastTransitionTime: "2026-11-01T00:00:00Z" };
}
