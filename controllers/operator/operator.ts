import type { Registry } from "prom-client";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import type {
  Kubernetes,
  KubernetesObject,
  Resource,
  Selection,
} from "../../platform/kubernetes/kubernetes.ts";
import type { Logger } from "../../platform/logger.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { addPoolMetrics } from "../../platform/metrics/pool-metrics.ts";
import { createPool, type Pool } from "../../platform/postgres.ts";
import type { Tracing } from "../../platform/tracing/tracing.ts";
import { billingRuns } from "../billing-run/kubernetes/names.ts";
import { readPodTemplate } from "../billing-run/kubernetes/pod-template.ts";
import type { RunObject } from "../billing-run/kubernetes/run-object.ts";
import { createRunController } from "../billing-run/run-controller.ts";
import { createScheduleController } from "../billing-schedule/schedule-controller.ts";
import { createPolicyController } from "../notification-policy/policy-controller.ts";
import { exponentialBackoff } from "../runtime/backoff.ts";
import { createEventRecorder } from "../runtime/event-recorder.ts";
import { createLeaderElection, type LeaderElection } from "../runtime/leader-election.ts";
import { createReflector, type Reflector } from "../runtime/reflector.ts";
import { writesWhile } from "../runtime/writes-while.ts";
import { addBatchMetrics } from "./batch-metrics.ts";
import type { OperatorConfig } from "./config.ts";
import { createControllerQueue } from "./controller-queue.ts";
import type { Controller, OperatorParts } from "./controller.ts";
import { createOperatorMetrics, type OperatorMetrics, type RunReading } from "./metrics.ts";
import { addRunMetrics } from "./run-metrics.ts";

/** An operator that is set up; nothing of it works before `run`. */
export interface Operator {
  /** Of its metrics. */
  readonly registry: Registry;
  /** Whether it knows the world: all lists are read, and the API server was heard of lately. */
  readonly isReady: () => boolean;
  /** Watches at once, works while it leads, until `signal`; then what is under way ends. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

const leaseName = "billing-operator";
const reportingController = "billing.telco.dev/operator";
/** A database that says nothing for so long counts as unreachable. The comparison of single bills takes seconds. */
const databaseAnswersWithinMs = 60_000;
const databaseConnections = 4;

type AnyReflector = Pick<Reflector<KubernetesObject>, "run" | "isHealthy">;

/** Sets an operator up; throws a ConfigError for a Job template that is none. */
export function createOperator(config: OperatorConfig, logger: Logger, tracing: Tracing): Operator {
  const template = readPodTemplate(config.JOB_TEMPLATE_FILE);
  const set = createMetricSet();
  const metrics = createOperatorMetrics(set, () => readingsOf(runs.objects.values()));
  const client = createKubernetes({
    onRequest: (verb, resource, status, seconds) => {
      metrics.apiRequests.inc({ verb, resource, code: status });
      metrics.apiRequestSeconds.observe({ verb }, seconds);
    },
  });
  const election = config.LEADER_ELECTION === "true" ? electionOf(config, client, { metrics, logger }) : null;
  const kubernetes = writesWhile(() => election?.isLeading() ?? true, client);
  const namespace = config.WATCH_NAMESPACE || config.POD_NAMESPACE || client.defaultNamespace;
  const reflectors = new Map<string, AnyReflector>();
  const database = openPool(config, logger);
  addPoolMetrics(set, database);
  addBatchMetrics(set, database);
  addRunMetrics(set, () => runs.objects.values());
  const parts: OperatorParts = {
    ...{ kubernetes, namespace, database, logger, tracing },
    events: createEventRecorder({
      ...{ kubernetes, reportingController, reportingInstance: config.POD_NAME },
      onError: (error) => {
        logger.info({ err: error }, "an Event was not written");
      },
    }),
    follow: (resource, selection = {}) =>
      followOnce(reflectors, { kubernetes, logger }, resource, { ...selection, namespace }),
    createQueue: (controller, look) => createControllerQueue(controller, look, { metrics, logger }),
  };
  const runs = parts.follow<RunObject>(billingRuns);
  const controllers: readonly Controller[] = [
    createRunController(parts, template),
    createScheduleController(parts),
    createPolicyController(parts),
  ];
  return {
    registry: set.registry,
    isReady: () => [...reflectors.values()].every((reflector) => reflector.isHealthy()),
    run: async (signal) => {
      const following = [...reflectors.values()].map((reflector) => reflector.run(signal));
      const work = async (until: AbortSignal): Promise<void> => {
        await Promise.all(controllers.map((controller) => runUntil(controller, until)));
        // While the Lease is still held: afterwards nothing more is written.
        await parts.events.flush();
      };
      metrics.leader.set(election === null ? 1 : 0);
      await (election === null ? work(signal) : election.run(work, signal));
      await Promise.all(following);
      await database.end();
    },
  };
}

/** A controller that is told to stop before its first list came rejects; that is no failure. */
async function runUntil(controller: Controller, until: AbortSignal): Promise<void> {
  try {
    await controller.run(until);
  } catch (error) {
    if (!until.aborted) throw error;
  }
}

function electionOf(
  config: OperatorConfig,
  kubernetes: KubernetesClient,
  { metrics, logger }: { readonly metrics: OperatorMetrics; readonly logger: Logger },
): LeaderElection {
  const leaseDurationMs = config.LEASE_DURATION_MS;
  return createLeaderElection({
    ...{ kubernetes, name: leaseName, identity: config.POD_NAME, leaseDurationMs },
    namespace: config.POD_NAMESPACE || kubernetes.defaultNamespace,
    renewDeadlineMs: (leaseDurationMs * 2) / 3,
    retryPeriodMs: leaseDurationMs / 7.5,
    onLeading: () => {
      metrics.leader.set(1);
      logger.info("leading");
    },
    onLost: (reason) => {
      metrics.leader.set(0);
      logger.warn({ reason }, "leading no more");
    },
    onError: (error) => {
      logger.warn({ err: error }, "lease not renewed");
    },
  });
}

function followOnce<Kind extends KubernetesObject>(
  reflectors: Map<string, AnyReflector>,
  { kubernetes, logger }: { readonly kubernetes: Kubernetes; readonly logger: Logger },
  resource: Resource,
  selection: Selection,
): Reflector<Kind> {
  const key = JSON.stringify([resource, selection]);
  const known = reflectors.get(key);
  // The same resource and selection is the same kind.
  if (known !== undefined) return known as Reflector<Kind>;
  const reflector = createReflector<Kind>({
    ...{ kubernetes, resource, selection },
    backoff: exponentialBackoff({ baseMs: 500, maxMs: 30_000 }),
    onError: (error) => {
      logger.warn({ err: error, resource: resource.plural }, "watch interrupted");
    },
  });
  reflectors.set(key, reflector);
  return reflector;
}

function openPool({ DATABASE_URL: url, DATABASE_ROLE: role }: OperatorConfig, logger: Logger): Pool {
  return createPool(
    { url, role, applicationName: "billing-operator" },
    {
      size: databaseConnections,
      answerWithinMs: databaseAnswersWithinMs,
      onIdleError: (error) => {
        logger.warn({ reason: error.message }, "database connection lost");
      },
    },
  );
}

function* readingsOf(runs: Iterable<RunObject>): Iterable<RunReading> {
  for (const { status } of runs) {
    const { phase, notifications } = (status ?? {}) as {
      readonly phase?: unknown;
      readonly notifications?: { readonly overdue?: unknown };
    };
    const overdue = notifications?.overdue;
    yield {
      phase: typeof phase === "string" ? phase : "Pending",
      overdue: typeof overdue === "number" ? overdue : 0,
    };
  }
}
