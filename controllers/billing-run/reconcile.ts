import type { BillingRun, BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { ConditionType } from "../../crds/conditions.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import type { Action } from "./action.ts";
import { isRefusal } from "../../platform/kubernetes/kubernetes-error.ts";
import type { JobOrder } from "../job-runner.ts";
import { amendStatus, extendMessage, type Amendment } from "./amend-status.ts";
import { decide } from "./decide.ts";
import { applyAction } from "./kubernetes/apply-action.ts";
import { addFinalizer, hasFinalizer, removeFinalizer } from "./kubernetes/finalizer.ts";
import { stateOf } from "./kubernetes/job-facts.ts";
import { JobNameTaken, RunJobs, type JobWorld } from "./kubernetes/run-jobs.ts";
import { readRunObject, type RunObject } from "./kubernetes/run-object.ts";
import { jobsToTidy, keptForSeconds } from "./kubernetes/tidy.ts";
import { writeStatus } from "./kubernetes/write-status.ts";
import { LedgerUnreadable, type LedgerReader } from "./ledger-reader.ts";
import { databaseRetryMs, nextLookMs, pauseAfterMs } from "./next-look.ts";
import type { PolicyObject } from "../notification-policy/policy-controller.ts";
import { resolvePolicy } from "../notification-policy/resolve-policy.ts";
import type { Observed } from "./observed.ts";
import { eventsOf, type RunEvent } from "./run-events.ts";
import { RunMemories, type RunMemory } from "./run-memory.ts";
import { invalidSpecStatus, unreachableStatus } from "./undecided-status.ts";

/** Everything that reconciling touches. */
export interface RunWorld extends JobWorld {
  /** The BillingRuns as the watch shows them, by `namespace/name`. */
  readonly runs: ReadonlyMap<string, RunObject>;
  /** The NotificationPolicies likewise. */
  readonly policies: ReadonlyMap<string, PolicyObject>;
  readonly ledger: LedgerReader;
  readonly emit: (object: RunObject, event: RunEvent) => void;
  /** Told of every status as it is written. */
  readonly onStatus: (run: BillingRun, status: BillingRunStatus) => void;
  /** Has another run looked at. */
  readonly enqueue: (key: string) => void;
}

/** One run at one moment. */
interface Turn {
  readonly object: RunObject;
  readonly run: BillingRun;
  readonly memory: RunMemory;
  readonly jobs: RunJobs;
}

/** What came of the actions of one look. */
interface Applications {
  readonly status: BillingRunStatus;
  readonly waitMs: number | null;
  readonly letGo: boolean;
  /** Something could not be done: looking again at once would only be refused again. */
  readonly refused: boolean;
}

/** A ledger Job works on what this condition says. */
const conditionOfAction: Readonly<Record<Action["kind"], ConditionType>> = {
  startJob: "Settled",
  setParallelism: "Settled",
  stopJob: "Finished",
  abandonGeneration: "Finished",
  releaseGeneration: "Dispatched",
  cancelNotifications: "Finished",
  removeFinalizer: "Finished",
  requeue: "Finished",
};

const conditionOfJob = {
  prepare: "Prepared",
  settle: "Settled",
  verify: "Verified",
  promote: "Promoted",
} as const;

/** A name may become free at any time, a quota may grow, and nothing would announce it. */
const startAgainMs = 10_000;

/**
 * Brings BillingRuns towards their specs, one look at a time. Level-based: a look knows nothing of what happened before,
 * and everything it writes may be written twice.
 */
export class RunReconciler {
  readonly #world: RunWorld;
  readonly #memories = new RunMemories();

  constructor(world: RunWorld) {
    this.#world = world;
  }

  /** One look at the run of this key; returns after how many milliseconds to look again, null = when told. */
  async reconcile(key: string): Promise<number | null> {
    const world = this.#world;
    // 1. The run as the watch shows it; one that is gone is forgotten.
    const seen = world.runs.get(key);
    if (seen === undefined) return this.#memories.forget(key);
    const memory = this.#memories.of(key, seen);
    // 2. A spec that is none is said to be so.
    const read = readRunObject(seen, memory.statusOf(seen));
    if (read.kind === "invalid") return await this.#refuse(seen, memory, read.problem);
    const { run } = read;
    // 3. Deleted, and let go already: somebody else still keeps the object.
    const deleted = run.metadata.deletionTimestamp !== undefined;
    if (deleted && !hasFinalizer(seen)) return null;
    // 4. Not before the database may be asked again, unless a person has changed something.
    const restMs = memory.nextLookMs - world.nowMs();
    if (restMs > 0 && memory.lookedGeneration === run.metadata.generation) return restMs;
    // 5. Nothing is begun without the finalizer, which has the period given free when the run is deleted.
    const object = deleted || hasFinalizer(seen) ? seen : await addFinalizer(world.kubernetes, seen);
    const namespace = object.metadata.namespace ?? "";
    const emit = (event: RunEvent): void => world.emit(object, event);
    const turn: Turn = { object, run, memory, jobs: new RunJobs(world, { namespace, run, emit }) };
    try {
      // 6. A run that has ended is left alone.
      if (await this.#hasEnded(turn)) return null;
      return await this.#take(turn);
    } catch (error) {
      if (!(error instanceof LedgerUnreadable)) throw error;
      return await this.#waitForDatabase(turn, error);
    }
  }

  async #take(turn: Turn): Promise<number | null> {
    const { run, memory } = turn;
    // 7. What is: Jobs before ledger, so that what a Job did before it ended is in the ledger.
    const { observed, pauseMs } = await this.#observe(turn);
    // 8. What is to be done, and where the run stands.
    const decision = decide(run, observed);
    // 9. Done.
    const applied = await this.#apply(turn, decision.actions, decision.status);
    if (applied.letGo) return null;
    // 10. Jobs that nobody needs any more may go.
    await this.#tidy(turn, observed);
    // 11. One write of the status, and its news as Events.
    const changed = await this.#write(turn, applied.status);
    // 12. When to look again.
    const worked = !applied.refused && decision.actions.some(isWork);
    memory.quietLooks = changed || worked ? 0 : memory.quietLooks + 1;
    memory.databaseFailures = 0;
    memory.lookedGeneration = run.metadata.generation;
    memory.nextLookMs = this.#world.nowMs() + pauseMs;
    const { quietLooks } = memory;
    const waitMs = nextLookMs(decision.actions, {
      pauseMs,
      quietLooks,
      finished: isFinished(applied.status),
    });
    return applied.waitMs === null ? waitMs : Math.min(applied.waitMs, waitMs ?? Infinity);
  }

  async #observe({
    object,
    run,
    jobs,
  }: Turn): Promise<{ readonly observed: Observed; readonly pauseMs: number }> {
    const { ledger, nowMs, policies } = this.#world;
    const facts = await jobs.jobsOf();
    const startedMs = performance.now();
    const read = await ledger.read(run);
    const pauseMs = pauseAfterMs(performance.now() - startedMs);
    const { notificationPolicyRef } = run.spec.dispatch;
    const policyObject = policies.get(`${object.metadata.namespace ?? ""}/${notificationPolicyRef}`);
    const policy = resolvePolicy(notificationPolicyRef, policyObject?.spec);
    return { observed: { nowMs: nowMs(), ...read, jobs: facts, policy }, pauseMs };
  }

  async #apply(turn: Turn, actions: readonly Action[], decided: BillingRunStatus): Promise<Applications> {
    const { object, run, jobs, memory } = turn;
    const world = this.#world;
    let [status, waitMs, gone, refused] = [decided, Infinity, false, false];
    const letGo = async (): Promise<void> => {
      await removeFinalizer(world.kubernetes, object);
      gone = true;
    };
    const emit = (event: RunEvent): void => world.emit(object, event);
    for (const action of actions) {
      try {
        const applied = await applyAction({ world, emit, run, jobs, memory, letGo }, action);
        refused ||= applied.trouble !== null;
        if (applied.trouble !== null)
          status = extendMessage(status, conditionOfAction[action.kind], applied.trouble);
        waitMs = Math.min(waitMs, applied.waitMs ?? Infinity);
      } catch (error) {
        const refusal = action.kind === "startJob" ? jobRefusal(action.order, error) : null;
        if (refusal === null) throw error;
        refused = true;
        status = amendStatus(judgedOf(run), status, refusal, world.nowMs());
        waitMs = Math.min(waitMs, startAgainMs);
      }
    }
    return { status, waitMs: Number.isFinite(waitMs) ? waitMs : null, letGo: gone, refused };
  }

  async #tidy({ jobs, run }: Turn, { ledger }: Observed): Promise<void> {
    for (const { metadata } of jobsToTidy(jobs.steps, run, ledger)) {
      await jobs.patch(metadata.name, { spec: { ttlSecondsAfterFinished: keptForSeconds } });
      faultPoint("operator.after-tidy");
    }
  }

  async #write({ object, run, memory }: Turn, status: BillingRunStatus): Promise<boolean> {
    const { kubernetes, emit, nowMs } = this.#world;
    if (!(await writeStatus(kubernetes, { object, memory }, status, nowMs()))) return false;
    for (const event of eventsOf(run.status, status)) emit(object, event);
    this.#world.onStatus(run, status);
    // A period may have become free, or another run's bills superseded: nothing else tells its other runs.
    if (run.status?.phase !== status.phase) this.#wakeOthersOf(run);
    return true;
  }

  #wakeOthersOf({ metadata, spec }: BillingRun): void {
    for (const [key, other] of this.#world.runs) {
      const { period } = (other.spec ?? {}) as { readonly period?: unknown };
      if (period === spec.period && other.metadata.uid !== metadata.uid) this.#world.enqueue(key);
    }
  }

  /** Whether nothing but a person's change of the spec, or a newer generation of the period, can move the run. */
  async #hasEnded({ run, jobs }: Turn): Promise<boolean> {
    const { status, metadata } = run;
    if (metadata.deletionTimestamp !== undefined || status === undefined || !isFinished(status)) return false;
    if (status.observedGeneration !== metadata.generation) return false;
    const untidy = jobs.steps.some(
      (job) => job.spec.ttlSecondsAfterFinished === undefined && stateOf(job) !== "failed",
    );
    if (untidy) return false;
    return status.phase !== "Completed" || (await this.#world.ledger.stateOf(metadata.uid)) === "live";
  }

  async #waitForDatabase(turn: Turn, { message }: LedgerUnreadable): Promise<number> {
    const { run, memory } = turn;
    const retryMs = databaseRetryMs(++memory.databaseFailures);
    memory.lookedGeneration = run.metadata.generation;
    memory.nextLookMs = this.#world.nowMs() + retryMs;
    if (run.status === undefined || !isFinished(run.status)) {
      await this.#write(turn, unreachableStatus(judgedOf(run), message, this.#world.nowMs()));
    }
    return retryMs;
  }

  async #refuse(object: RunObject, memory: RunMemory, problem: string): Promise<null> {
    const { kubernetes, emit, nowMs } = this.#world;
    const { generation = 0, deletionTimestamp } = object.metadata;
    if (deletionTimestamp !== undefined) {
      if (hasFinalizer(object)) await removeFinalizer(kubernetes, object);
      return null;
    }
    const former = memory.statusOf(object);
    const status = invalidSpecStatus({ generation, former }, problem, nowMs());
    if (await writeStatus(kubernetes, { object, memory }, status, nowMs())) {
      for (const event of eventsOf(former, status)) emit(object, event);
    }
    return null;
  }
}

/** What a person is told where a Job could not be started; null when that is not for a person to mend. */
function jobRefusal({ name, kind }: JobOrder, error: unknown): Amendment | null {
  const held = { type: conditionOfJob[kind], status: "False" } as const;
  if (error instanceof JobNameTaken) return { ...held, reason: "JobNameTaken", message: error.message };
  if (!isRefusal(error)) return null;
  const message = `Job ${name} was refused, and is tried again by itself: ${error.message}`;
  return { ...held, reason: "JobRefused", message };
}

function isWork({ kind }: Action): boolean {
  return kind !== "requeue";
}

function isFinished(status: BillingRunStatus): boolean {
  return status.conditions.some(({ type, status: value }) => type === "Finished" && value === "True");
}

function judgedOf({ metadata, status }: BillingRun): Parameters<typeof amendStatus>[0] {
  return { generation: metadata.generation, former: status };
}
