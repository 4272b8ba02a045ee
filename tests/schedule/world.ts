import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { billingScheduleStatus, type BillingScheduleStatus } from "../../crds/billing-schedule.ts";
import { defineKinds } from "../cluster/define-kinds.ts";
import { billingRuns } from "../../controllers/billing-run/kubernetes/names.ts";
import { billingSchedules } from "../../controllers/billing-schedule/kubernetes-names.ts";
import type { ScheduledRunObject } from "../../controllers/billing-schedule/run-of-schedule.ts";
import { createScheduleController } from "../../controllers/billing-schedule/schedule-controller.ts";
import type { ScheduleObject } from "../../controllers/billing-schedule/schedule-object.ts";
import { createControllerQueue } from "../../controllers/operator/controller-queue.ts";
import type { OperatorParts } from "../../controllers/operator/controller.ts";
import { createOperatorMetrics } from "../../controllers/operator/metrics.ts";
import { createEventRecorder } from "../../controllers/runtime/event-recorder.ts";
import { createReflector, type Reflector } from "../../controllers/runtime/reflector.ts";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import type { Kubernetes, KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import { createLogger } from "../../platform/logger.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { noTracing } from "../../platform/tracing/tracing.ts";
import type { ClusterAccess } from "../cluster/control-plane.ts";
import { kubectl, kubectlOk } from "../cluster/kubectl.ts";
import { testNamespace } from "../cluster/test-cluster.ts";

const patienceMs = 60_000;
const apiVersion = "billing.telco.dev/v1alpha1";

/** One replica's controller at work. */
export interface Replica {
  /** Ends what is under way, as SIGTERM does. */
  readonly stop: () => Promise<void>;
}

/** A namespace of a real API server, and a clock that the test moves. */
export class World {
  readonly cluster: ClusterAccess;
  readonly namespace: string;
  readonly kubernetes: Kubernetes;
  /** The clock that schedules fire by. It starts now: objects are created by the server's clock. */
  nowMs = Date.now();
  readonly #replicas = new Set<Replica>();

  constructor(cluster: ClusterAccess, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.kubernetes = createKubernetes({ kubeconfig: cluster.kubeconfig });
  }

  /** Starts a controller; `through` may stand between it and the API server. */
  startReplica(through: (kubernetes: Kubernetes) => Kubernetes = (kubernetes) => kubernetes): Replica {
    const stopping = new AbortController();
    const { parts, reflectors } = this.#parts(through(this.kubernetes));
    const controller = createScheduleController(parts, () => this.nowMs);
    const following = reflectors.map((reflector) => reflector.run(stopping.signal));
    const working = controller.run(stopping.signal);
    const replica = {
      stop: async () => {
        stopping.abort();
        await Promise.allSettled([working, ...following]);
        await parts.events.flush();
        this.#replicas.delete(replica);
      },
    };
    this.#replicas.add(replica);
    return replica;
  }

  async createSchedule(name: string, spec: object): Promise<void> {
    await this.kubernetes.create(billingSchedules, this.namespace, {
      ...{ apiVersion, kind: "BillingSchedule", metadata: { name } },
      spec: {
        ...{ schedule: "0 0 1 * *", timeZone: "Asia/Seoul" },
        runTemplate: {
          metadata: { labels: { team: "billing" } },
          spec: { tariffRef: { name: "kr-mobile", version: "2026-07" }, partitions: 4, parallelism: 2 },
        },
        ...spec,
      },
    });
  }

  async status(name: string): Promise<BillingScheduleStatus | undefined> {
    const address = { resource: billingSchedules, namespace: this.namespace, name };
    const object = await this.kubernetes.get<ScheduleObject>(address);
    return billingScheduleStatus.safeParse(object?.status).data;
  }

  /** Waits until the schedule's status is so. */
  untilStatus(
    name: string,
    what: string,
    holds: (status: BillingScheduleStatus) => boolean,
  ): Promise<BillingScheduleStatus> {
    return this.eventually(what, async () => {
      const status = await this.status(name);
      return { found: status !== undefined && holds(status) ? status : null, seen: status };
    });
  }

  run(name: string): Promise<ScheduledRunObject | null> {
    return this.kubernetes.get<ScheduledRunObject>({
      resource: billingRuns,
      namespace: this.namespace,
      name,
    });
  }

  untilRun(name: string): Promise<ScheduledRunObject> {
    return this.eventually(`run ${name}`, async () => ({ found: await this.run(name), seen: "none" }));
  }

  async runNames(): Promise<string[]> {
    const { items } = await this.kubernetes.list(billingRuns, { namespace: this.namespace });
    return items.map((item) => (item as KubernetesObject).metadata.name).sort();
  }

  /** Ends a run as the operator would: its bills are live, or it has failed. */
  async endRun(name: string, well = true): Promise<void> {
    const at = new Date(this.nowMs).toISOString();
    const condition = (type: string, status: string): object => ({
      ...{ type, status, reason: well ? "Completed" : "PartitionsFailed", message: "" },
      ...{ observedGeneration: 1, lastTransitionTime: at },
    });
    const conditions = [condition("Promoted", well ? "True" : "False"), condition("Finished", "True")];
    const address = {
      resource: billingRuns,
      namespace: this.namespace,
      name,
      subresource: "status",
    } as const;
    await this.kubernetes.mergePatch(address, {
      status: { observedGeneration: 1, completionTime: at, conditions, phase: well ? "Completed" : "Failed" },
    });
  }

  async eventReasons(): Promise<string[]> {
    const events = { group: "events.k8s.io", version: "v1", plural: "events" };
    const { items } = await this.kubernetes.list(events, { namespace: this.namespace });
    return items
      .filter((event) => (event as { regarding?: { kind?: string } }).regarding?.kind === "BillingSchedule")
      .map((event) => (event as { reason?: string }).reason ?? "");
  }

  kubectl(input: string, ...args: string[]): Promise<string> {
    return kubectlOk(this.cluster, ["--namespace", this.namespace, ...args], { input });
  }

  /** Whether the server would take a run now, by its HTTP status; nothing is created. */
  async tryRun(): Promise<{ readonly code: number }> {
    const spec = { period: "2020-01", tariffRef: { name: "kr-mobile", version: "2026-07" } };
    const run = {
      apiVersion,
      kind: "BillingRun",
      metadata: { name: `try-${randomBytes(4).toString("hex")}` },
      spec,
    };
    const { code, stderr } = await kubectl(
      this.cluster,
      ["--namespace", this.namespace, "create", "--dry-run=server", "-f", "-"],
      { input: JSON.stringify(run) },
    );
    return { code: code === 0 ? 201 : /denied|forbidden/i.test(stderr) ? 403 : 500 };
  }

  /** Polls until something is found. */
  async eventually<Found>(
    what: string,
    look: () => Promise<{ readonly found: Found | null; readonly seen: unknown }>,
  ): Promise<Found> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const { found, seen } = await look();
      if (found !== null) return found;
      if (performance.now() > deadline)
        throw new Error(`waited for ${what}, saw ${JSON.stringify(seen, null, 1)}`);
      await sleep(50);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#replicas].map((replica) => replica.stop()));
  }

  #parts(kubernetes: Kubernetes): {
    readonly parts: OperatorParts;
    readonly reflectors: readonly Reflector<KubernetesObject>[];
  } {
    const reflectors: Reflector<KubernetesObject>[] = [];
    const logger = createLogger("schedule-test", "fatal");
    const metrics = createOperatorMetrics(createMetricSet(), () => []);
    const onError = (): void => undefined;
    const parts = {
      ...{ kubernetes, namespace: this.namespace, logger },
      events: createEventRecorder({
        ...{ kubernetes, onError, reportingController: "billing.telco.dev/operator" },
        reportingInstance: `test-${randomBytes(2).toString("hex")}`,
      }),
      follow: <Kind extends KubernetesObject>(
        resource: Parameters<OperatorParts["follow"]>[0],
        selection = {},
      ): Reflector<Kind> => {
        const selected = { ...selection, namespace: this.namespace };
        const reflector = createReflector<Kind>({ kubernetes, resource, selection: selected, onError });
        reflectors.push(reflector);
        return reflector;
      },
      tracing: noTracing,
      createQueue: (controller, look) => createControllerQueue(controller, look, { metrics, logger }),
    } satisfies Omit<OperatorParts, "database">;
    // Schedules need no database: an operator whose database is away goes on creating runs.
    return { parts: parts as unknown as OperatorParts, reflectors };
  }
}

let defined: Promise<void> | undefined;

/** A world of its own for one test. */
export async function createWorld(t: TestContext): Promise<World> {
  const { cluster, namespace } = await testNamespace(t);
  defined ??= defineKinds(cluster);
  await defined;
  const world = new World(cluster, namespace);
  t.after(() => world.close());
  return world;
}
