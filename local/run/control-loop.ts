import type { BillingRun, BillingRunStatus } from "../../crds/billing-run-status.ts";
import { decide } from "../../controllers/billing-run/decide.ts";
import type { JobFacts, JobRunner } from "../../controllers/job-runner.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { recordRunStatus } from "../../database/run-ledger/run-record.ts";
import { applyAction } from "./apply-action.ts";
import { nap } from "./nap.ts";
import { readRun } from "./read-run.ts";
import { policyOfRun } from "./run-policy.ts";
import { RunObserver } from "../../controllers/billing-run/run-observer.ts";

/** What a control loop works with. */
export interface ControlLoop {
  readonly runName: string;
  readonly client: Queryable;
  readonly runner: JobRunner;
  /** Called with every status, also when nothing changed. */
  readonly onStatus: (status: BillingRunStatus) => void;
  /** Called when a turn failed; the next one tries again. */
  readonly onError: (error: Error) => void;
  /** Resolves when there may be news sooner than the time asked for. */
  readonly news: () => Promise<undefined>;
  readonly stopping: AbortSignal;
  /** The loop returns as soon as this holds, besides when the run has ended or waits for a person. */
  readonly until: (status: BillingRunStatus) => boolean;
}

/** An observation may take this share of the time at most, so that looking does not slow what is looked at. */
const observingShare = 1 / 20;
/** Turns that fail for longer than this in a row end the loop. */
const giveUpAfterMs = 120_000;

interface Turn {
  readonly status: BillingRunStatus;
  /** Null when only a person's change of the spec moves the run. */
  readonly waitMs: number | null;
}

/**
 * Observe → decide → apply, until the run has ended, waits for a person, or `until` holds. Remembers nothing that
 * matters: killed at any moment and started again, it goes on from the ledger.
 */
export async function followRun(loop: ControlLoop): Promise<BillingRunStatus | null> {
  const observer = new RunObserver(loop.client);
  let status: BillingRunStatus | null = null;
  let failingSinceMs: number | null = null;
  while (!loop.stopping.aborted) {
    const news = loop.news();
    let waitMs = 1_000;
    try {
      const turn: Turn = await takeTurn(loop, observer, status);
      failingSinceMs = null;
      status = turn.status;
      loop.onStatus(status);
      if (turn.waitMs === null || loop.until(status)) return status;
      waitMs = turn.waitMs;
    } catch (error) {
      failingSinceMs ??= Date.now();
      if (Date.now() - failingSinceMs > giveUpAfterMs) throw error;
      loop.onError(error as Error);
    }
    await nap(news, waitMs, loop.stopping);
  }
  return status;
}

async function takeTurn(
  loop: ControlLoop,
  observer: RunObserver,
  status: BillingRunStatus | null,
): Promise<Turn> {
  const startedMs = performance.now();
  const recorded = await readRun(loop.client, loop.runName);
  const run: BillingRun = status === null ? recorded : { ...recorded, status };
  // Jobs before ledger: what a job has done before it ended is then in the ledger.
  const jobs = await loop.runner.jobsOf(loop.runName);
  const ledger = await observer.observe(run);
  const policy = await policyOfRun(loop.client, run);
  const observingMs = performance.now() - startedMs;
  const decision = decide(run, { nowMs: Date.now(), ledger, admission: null, jobs, policy });
  for (const action of decision.actions) await applyAction(loop, run, action);
  // For whoever looks from another process; this loop never reads it.
  await recordRunStatus(loop.client, run.metadata.uid, decision.status);
  const requeue = decision.actions.find((action) => action.kind === "requeue");
  const idle = decision.actions.length === 0 && !childrenRun(jobs);
  const waitMs = Math.max(requeue?.afterMs ?? 1_000, observingMs / observingShare);
  return { status: decision.status, waitMs: idle || isFinished(decision.status) ? null : waitMs };
}

function childrenRun(jobs: readonly JobFacts[]): boolean {
  return jobs.some((job) => job.indexes.some((index) => index.state === "active"));
}

/** Whether the run has ended, well or badly. */
export function isFinished(status: BillingRunStatus): boolean {
  return status.conditions.some(({ type, status: value }) => type === "Finished" && value === "True");
}
