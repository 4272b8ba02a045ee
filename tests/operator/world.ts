import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import type { BillingRunSpec } from "../../crds/billing-run.ts";
import { readBillingRunStatus, type BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { Condition, ConditionType } from "../../crds/conditions.ts";
import { billingRuns, jobs as jobResource } from "../../controllers/billing-run/kubernetes/names.ts";
import type { KubernetesJob } from "../../controllers/billing-run/kubernetes/objects.ts";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import type { KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import { defineKinds } from "../cluster/define-kinds.ts";
import { type FakeKubelet, startFakeKubelet } from "../cluster/fake-kubelet.ts";
import { kubectlOk } from "../cluster/kubectl.ts";
import type { ClusterAccess } from "../cluster/control-plane.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { type Carrier, cloneOf, PERIOD, populatedOriginal } from "../settlement/support.ts";
import { Pods } from "./pods.ts";

const mainProgram = fileURLToPath(new URL("../../main.ts", import.meta.url));
const patienceMs = 60_000;

/** Accounts of the generated population. */
export const accounts = 120;

/** A BillingRun as the API server shows it. */
export interface SeenRun extends KubernetesObject {
  readonly spec: BillingRunSpec;
  readonly status?: unknown;
}

/** By kubeconfig. */
const definedOn = new Map<string, Promise<void>>();
let original: Promise<string> | undefined;

/** A namespace with a database of generated accounts, a fake kubelet, and operators as processes of their own. */
export class World {
  readonly carrier: Carrier;
  readonly namespace: string;
  readonly cluster: ClusterAccess;
  readonly client: KubernetesClient;
  readonly pods: Pods;
  readonly kubelet: FakeKubelet;
  readonly #folder: string;
  readonly #operators = new Set<ChildProcess>();

  constructor(parts: Pick<World, "carrier" | "namespace" | "cluster" | "client" | "pods" | "kubelet">) {
    this.carrier = parts.carrier;
    this.namespace = parts.namespace;
    this.cluster = parts.cluster;
    this.client = parts.client;
    this.pods = parts.pods;
    this.kubelet = parts.kubelet;
    this.#folder = mkdtempSync(join(tmpdir(), "operator-test-"));
    writeFileSync(join(this.#folder, "job-template.yaml"), stringify(jobTemplate(this.carrier.url)));
  }

  /** Starts an operator; what it logs is kept for `logs`. */
  startOperator(environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const operator = spawn(process.execPath, [mainProgram, "operator"], {
      env: {
        ...process.env,
        KUBECONFIG: this.cluster.kubeconfig,
        DATABASE_URL: this.carrier.url,
        WATCH_NAMESPACE: this.namespace,
        POD_NAMESPACE: this.namespace,
        POD_NAME: `operator-${randomBytes(2).toString("hex")}`,
        JOB_TEMPLATE_FILE: join(this.#folder, "job-template.yaml"),
        LEADER_ELECTION: "false",
        LOG_LEVEL: "info",
        ...environment,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    operator.stderr.on("data", (chunk: Buffer) => (this.logs += String(chunk)));
    this.#operators.add(operator);
    operator.once("close", () => this.#operators.delete(operator));
    return operator;
  }

  logs = "";

  /** Ends an operator as a power failure would, or in order. */
  async stopOperator(operator: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (hasEnded(operator)) return;
    operator.kill(signal);
    await this.#untilEnded(operator, `did not end after ${signal}`);
  }

  /** Starts an operator that is killed at a fault point, and waits until it is. */
  async crashAt(point: string): Promise<void> {
    const operator = this.startOperator({ FAULT_POINT: point });
    await this.#untilEnded(operator, `did not come past ${point}`);
    if (operator.signalCode !== "SIGKILL")
      throw new Error(`${point}: ended by itself\n${this.logs.slice(-4_000)}`);
  }

  async #untilEnded(operator: ChildProcess, what: string): Promise<void> {
    await this.eventually(
      () => Promise.resolve(hasEnded(operator)),
      () => `the operator ${what}`,
    );
  }

  async apply(name: string, spec: Partial<BillingRunSpec> = {}): Promise<SeenRun> {
    const whole = {
      ...{ period: PERIOD, tariffRef: { name: "kr-mobile", version: "2026-07" } },
      ...{ partitions: 3, parallelism: 3, dispatch: { release: "None" }, ...spec },
    };
    const manifest = { apiVersion: "billing.telco.dev/v1alpha1", kind: "BillingRun", metadata: { name } };
    return await this.client.create(billingRuns, this.namespace, { ...manifest, spec: whole });
  }

  change(name: string, spec: object): Promise<unknown> {
    return this.client.mergePatch(this.#address(name), { spec });
  }

  get(name: string): Promise<SeenRun | null> {
    return this.client.get<SeenRun>(this.#address(name));
  }

  async status(name: string): Promise<BillingRunStatus | undefined> {
    return readBillingRunStatus((await this.get(name))?.status);
  }

  async delete(name: string): Promise<void> {
    await this.client.delete(this.#address(name));
  }

  /** Waits for a status; fails with the last one and the operator's log. */
  async until(
    name: string,
    what: string,
    holds: (status: BillingRunStatus) => boolean,
  ): Promise<BillingRunStatus> {
    let last: BillingRunStatus | undefined;
    return await this.eventually(
      async () => {
        last = await this.status(name);
        return last !== undefined && holds(last) ? last : null;
      },
      () => `${name}: ${what}; it is ${JSON.stringify(last, null, 1)}`,
    );
  }

  untilFinished(name: string): Promise<BillingRunStatus> {
    return this.until(name, "was to finish", (status) => conditionOf(status, "Finished").status === "True");
  }

  /** Polls until the probe gives something. */
  async eventually<Result>(
    probe: () => Promise<Result | null | undefined | false>,
    what: () => string,
  ): Promise<Result> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = await probe();
      if (found !== null && found !== undefined && found !== false) return found;
      if (Date.now() > deadline) throw new Error(`${what()}\n${this.logs.slice(-4_000)}`);
      await sleep(50);
    }
  }

  async jobs(): Promise<readonly KubernetesJob[]> {
    return (await this.client.list<KubernetesJob>(jobResource, { namespace: this.namespace })).items;
  }

  async jobNames(): Promise<string[]> {
    return (await this.jobs()).map(({ metadata }) => metadata.name).sort();
  }

  async eventReasons(name: string): Promise<string[]> {
    const events = { group: "events.k8s.io", version: "v1", plural: "events" };
    const { items } = await this.client.list<
      KubernetesObject & { readonly reason: string; readonly regarding: { readonly name: string } }
    >(events, { namespace: this.namespace });
    return items.filter(({ regarding }) => regarding.name === name).map(({ reason }) => reason);
  }

  kubectl(...args: string[]): Promise<string> {
    return kubectlOk(this.cluster, ["--namespace", this.namespace, ...args]);
  }

  generationStates(): Promise<string[]> {
    return this.carrier
      .rows<{ state: string }>("select state from generations order by number")
      .then((rows) => rows.map(({ state }) => state));
  }

  /** How often each batch was done: `settle 0`, `prepare`, … */
  async batches(): Promise<Record<string, number>> {
    const rows = await this.carrier.rows<{ batch: string; count: number }>(
      `select concat_ws(' ', job, partition_index) as batch, count(*) as count from batch_log
       where generation is not null and state = 'succeeded' group by 1`,
    );
    return Object.fromEntries(rows.map(({ batch, count }) => [batch, count]));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#operators].map((operator) => this.stopOperator(operator, "SIGKILL")));
    this.pods.open();
    await this.kubelet.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #address(name: string): Parameters<KubernetesClient["get"]>[0] {
    return { resource: billingRuns, namespace: this.namespace, name };
  }
}

export interface WorldOptions {
  /** Pods are processes. [played inside the test] */
  readonly real?: boolean;
  /** Variables of pods that are processes. */
  readonly environment?: Readonly<Record<string, string>>;
  /** One whose parts the test kills. [that of the test process] */
  readonly cluster?: ClusterAccess;
}

/** A world of its own for one test. */
export async function createWorld(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const { cluster, namespace } = await testNamespace(t, options.cluster);
  const defined = definedOn.get(cluster.kubeconfig) ?? defineKinds(cluster);
  definedOn.set(cluster.kubeconfig, defined);
  original ??= populatedOriginal(t, accounts);
  await defined;
  const carrier = await cloneOf(t, await original);
  const pods = new Pods(carrier);
  const script = options.real === true ? {} : { script: pods.play };
  const environment = { PATH: process.env["PATH"] ?? "", ...options.environment };
  const kubelet = await startFakeKubelet(cluster, { namespace, environment, ...script });
  const client = createKubernetes({ kubeconfig: cluster.kubeconfig });
  const world = new World({ carrier, namespace, cluster, client, pods, kubelet });
  t.after(() => world.close());
  return world;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** One condition of a status. */
export function conditionOf(status: BillingRunStatus, type: ConditionType): Condition {
  const found = status.conditions.find((condition) => condition.type === type);
  if (found === undefined) throw new Error(`no condition ${type}`);
  return found;
}

function jobTemplate(databaseUrl: string): object {
  const env = { DATABASE_URL: databaseUrl, DATABASE_ROLE: "billing_settlement", LOG_LEVEL: "info" };
  return {
    metadata: { labels: { "test.telco.dev/template": "yes" } },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: "job",
          image: "none",
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
        },
      ],
    },
  };
}
