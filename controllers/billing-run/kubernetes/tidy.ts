import type { BillingRun } from "../../../crds/billing-run-status.ts";
import type { LedgerFacts } from "../../../database/run-ledger/ledger-facts.ts";
import { stateOf } from "./job-facts.ts";
import { label } from "./names.ts";
import type { KubernetesJob } from "./objects.ts";

/** How long a Job that is of no use any more stays to be looked at. */
export const keptForSeconds = 3_600;

/**
 * Jobs that may go by themselves in a while. One that has succeeded stays until the ledger shows what it did; one that
 * has failed, until a retry was asked for or the run is past it: a failed Job that vanished would be started again, and
 * nobody had said so.
 */
export function jobsToTidy(
  jobs: readonly KubernetesJob[],
  run: BillingRun,
  ledger: LedgerFacts | null,
): readonly KubernetesJob[] {
  return jobs.filter((job) => {
    if (job.spec.ttlSecondsAfterFinished !== undefined) return false;
    if (job.metadata.deletionTimestamp !== undefined) return false;
    switch (stateOf(job)) {
      case "active":
        return false;
      case "succeeded":
        return ledgerShows(job, ledger);
      case "failed":
        return isPast(ledger) || Number(job.metadata.labels?.[label.retry]) < run.spec.retryGeneration;
    }
  });
}

function isPast(ledger: LedgerFacts | null): boolean {
  return ledger !== null && ["live", "superseded", "abandoned"].includes(ledger.state);
}

function ledgerShows({ metadata }: KubernetesJob, ledger: LedgerFacts | null): boolean {
  if (ledger === null) return false;
  if (isPast(ledger)) return true;
  switch (metadata.labels?.[label.kind]) {
    case "prepare":
      return true;
    case "settle":
      return ledger.partitions.every(({ state }) => state === "done") || ledger.state === "verified";
    case "verify":
      return ledger.state === "verified";
    default:
      return false;
  }
}
