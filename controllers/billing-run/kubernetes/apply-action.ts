import type { BillingRun } from "../../../crds/billing-run-status.ts";
import { faultPoint } from "../../../platform/fault-points.ts";
import { isRefusal, KubernetesError } from "../../../platform/kubernetes/kubernetes-error.ts";
import type { Action } from "../action.ts";
import type { RunEvent } from "../run-events.ts";
import type { RunMemory } from "../run-memory.ts";
import { finishedAtMs, jobFactsOf } from "./job-facts.ts";
import { ledgerOrder, ledgerStep, type LedgerChange } from "./ledger-jobs.ts";
import { eventReason } from "./names.ts";
import type { ClusterOrder } from "./job-manifest.ts";
import type { KubernetesJob } from "./objects.ts";
import type { JobWorld, RunJobs } from "./run-jobs.ts";

/** What an action is applied with. */
export interface Hands {
  readonly world: JobWorld;
  readonly emit: (event: RunEvent) => void;
  readonly run: BillingRun;
  readonly jobs: RunJobs;
  readonly memory: RunMemory;
  /** Takes the finalizer off, after which the object is gone. */
  readonly letGo: () => Promise<void>;
}

/** What came of an action that a person should know of, and when to look again because of it. */
export interface Applied {
  readonly trouble: string | null;
  readonly waitMs: number | null;
}

/** A quota or a policy may be mended at any time, and nothing would announce it. */
const refusedAgainMs = 10_000;

const done: Applied = { trouble: null, waitMs: null };

/** Applies one action of a decision in the cluster; every action may be applied twice without harm. */
export async function applyAction(hands: Hands, action: Action): Promise<Applied> {
  const { jobs, run } = hands;
  switch (action.kind) {
    case "startJob":
      await jobs.start(run.metadata.name, action.order);
      return done;
    case "setParallelism":
      await jobs.setParallelism(action.jobName, action.parallelism);
      return done;
    case "stopJob":
      await jobs.stop(action.jobName);
      return done;
    case "abandonGeneration":
      return await changeLedger(hands, "abandon", action.generation);
    case "releaseGeneration":
      return await changeLedger(hands, { release: action.from }, action.generation);
    case "cancelNotifications":
      return await changeLedger(hands, "cancel", action.generation);
    case "removeFinalizer":
      await hands.letGo();
      return done;
    case "requeue":
      return done; // the reconciler's own business
  }
}

/** Has a small Job make the change; one that failed is replaced after a pause, for as long as the change is wanted. */
async function changeLedger(hands: Hands, change: LedgerChange, generation: number): Promise<Applied> {
  const { world, jobs, memory, run } = hands;
  const order = ledgerOrder(run, change, generation);
  const found = jobs.ledgerJobs.find((job) => job.metadata.name === order.name);
  const trouble = found === undefined ? null : await failureOf(hands, found);
  const nowMs = world.nowMs();
  const step = ledgerStep(order, found, { failures: memory.failedLedgerJobs.size, nowMs });
  switch (step.kind) {
    case "start":
      return (await startOrGiveUp(hands, step.order)) ?? { trouble, waitMs: null };
    case "wait":
      return { trouble, waitMs: step.untilMs === null ? null : step.untilMs - nowMs };
    case "forget":
      await jobs.forget(step.jobName);
      return { trouble, waitMs: null };
  }
}

/** Why the ledger Job failed; tells of it once. */
async function failureOf({ world, emit, memory }: Hands, job: KubernetesJob): Promise<string | null> {
  const facts = jobFactsOf(job, await world.podReader.wordsOf(job, world.nowMs()));
  if (facts.state === "active") return facts.trouble;
  if (facts.failure === null) {
    if (finishedAtMs(job) !== null) memory.failedLedgerJobs.clear();
    return null;
  }
  const uid = job.metadata.uid ?? "";
  const message = `Job ${job.metadata.name} failed and will be tried again: ${facts.failure.message}`;
  if (!memory.failedLedgerJobs.has(uid)) {
    memory.failedLedgerJobs.add(uid);
    emit({ type: "Warning", reason: eventReason.ledgerJobFailed, message });
  }
  return message;
}

/**
 * Starts a ledger Job; null, or what a person should know of the server's refusal. In a namespace that is being deleted
 * nothing can be started any more, and a finalizer that waited for it would keep the namespace for ever. The run is let go;
 * its generation stays open until a person gives it up.
 */
async function startOrGiveUp(
  { run, jobs, emit, letGo }: Hands,
  order: ClusterOrder,
): Promise<Applied | null> {
  let refused: Applied | null = null;
  try {
    await jobs.start(run.metadata.name, order);
  } catch (error) {
    if (run.metadata.deletionTimestamp !== undefined && isNamespaceGoing(error)) {
      const message = "the namespace is being deleted: give the generation up by `ledger abandon`";
      emit({ type: "Warning", reason: eventReason.generationLeftOpen, message });
      await letGo();
    } else if (isRefusal(error)) {
      const trouble = `Job ${order.name} was refused, and is tried again by itself: ${error.message}`;
      refused = { trouble, waitMs: refusedAgainMs };
    } else throw error;
  }
  faultPoint("operator.after-ledger-change");
  return refused;
}

function isNamespaceGoing(error: unknown): boolean {
  return (
    error instanceof KubernetesError && error.status === 403 && error.message.includes("being terminated")
  );
}
