import type { BillingRun } from "../../../crds/billing-run-status.ts";
import { stepName } from "../job-orders.ts";
import { finishedAtMs, stateOf } from "./job-facts.ts";
import type { ReleaseFrom } from "../action.ts";
import type { ClusterOrder } from "./job-manifest.ts";
import type { KubernetesJob } from "./objects.ts";

/** The changes of the ledger that the operator, which only reads the database, has made by small Jobs. */
export type LedgerChange = "abandon" | "cancel" | { readonly release: ReleaseFrom };

/** What is to be done about a ledger Job now. */
export type LedgerStep =
  | { readonly kind: "start"; readonly order: ClusterOrder }
  | { readonly kind: "wait"; readonly untilMs: number | null }
  /** It has ended, and what it was for is still wanted: its name is made free for another. */
  | { readonly kind: "forget"; readonly jobName: string };

/** A succeeded Job whose change is wanted still: messages that were being sent came back, and are cancelled anew. */
const againAfterMs = 5_000;
const firstRetryMs = 10_000;
const longestRetryMs = 300_000;
const keptForSeconds = 3_600;

/**
 * Level-based: a change that is wanted has a Job, until it is not wanted any more. `failures` counts those of this change
 * so far; the pause before the next doubles with each.
 */
export function ledgerStep(
  order: ClusterOrder,
  found: KubernetesJob | undefined,
  { failures, nowMs }: { readonly failures: number; readonly nowMs: number },
): LedgerStep {
  if (found === undefined) return { kind: "start", order };
  const state = stateOf(found);
  if (state === "active" || found.metadata.deletionTimestamp !== undefined)
    return { kind: "wait", untilMs: null };
  const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.max(0, failures - 1));
  const dueMs = (finishedAtMs(found) ?? 0) + (state === "failed" ? retryMs : againAfterMs);
  return dueMs > nowMs ? { kind: "wait", untilMs: dueMs } : { kind: "forget", jobName: order.name };
}

/** The order of a change: deterministic, so that wanting it twice is one Job. */
export function ledgerOrder(run: BillingRun, change: LedgerChange, generation: number): ClusterOrder {
  const { step, args } = commandOf(change);
  return {
    name: stepName(run, `g${generation}-${step}`),
    kind: "ledger",
    args: [
      ...args.slice(0, 1),
      "--period",
      run.spec.period,
      "--generation",
      String(generation),
      ...args.slice(1),
    ],
    indexes: [0],
    parallelism: 1,
    backoffLimitPerIndex: 2,
    maxFailedIndexes: 0,
    ttlSecondsAfterFinished: keptForSeconds,
  };
}

/** A release for another instant is another Job: one that has done its work would stand in the way of the next. */
function commandOf(change: LedgerChange): { readonly step: string; readonly args: readonly string[] } {
  if (typeof change === "string") return { step: change, args: [change] };
  const { release: from } = change;
  if (from === "as-planned") return { step: "release", args: ["release"] };
  const step = from === "now" ? "release-now" : `release-${Math.floor(Date.parse(from) / 1_000)}`;
  return { step, args: ["release", "--from", from] };
}
