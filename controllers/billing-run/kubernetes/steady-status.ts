import type { BillingRunStatus } from "../../../crds/billing-run-status.ts";

/** An estimate that moved by less is not worth a write, and every watcher's attention. */
const estimateSlackMs = 5_000;
const estimateSlackShare = 0.1;

/**
 * The status to be written: the estimate of the completion is a new one with every look, so the former stands while the
 * new one differs by less than a tenth of the time that is left.
 */
export function steadyStatus(
  former: BillingRunStatus | undefined,
  status: BillingRunStatus,
  nowMs: number,
): BillingRunStatus {
  const [before, after] = [former?.estimatedCompletionTime, status.estimatedCompletionTime];
  if (before == null || after === null) return status;
  const slackMs = Math.max(estimateSlackMs, (Date.parse(after) - nowMs) * estimateSlackShare);
  const moved = Math.abs(Date.parse(after) - Date.parse(before)) > slackMs || Date.parse(before) < nowMs;
  return moved ? status : { ...status, estimatedCompletionTime: before };
}
