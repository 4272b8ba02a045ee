import type { BillingRun, BillingRunStatus } from "../../crds/billing-run-status.ts";
import { runPlace } from "../../platform/tracing/trace-ids.ts";
import type { Tracing } from "../../platform/tracing/tracing.ts";

/**
 * Ends the trace of a run with the span that stands above those of its jobs, once its status says that it is at its end. Of a run
 * that goes on after all, by a retry, there is one more, longer, under the same id.
 */
export function traceRun(tracing: Tracing, run: BillingRun, status: BillingRunStatus): void {
  const { generation, startTime, completionTime, phase, partitions } = status;
  if (!tracing.isOn || generation === null || startTime === null || completionTime === null) return;
  if (run.status?.completionTime === completionTime) return;
  const span = tracing.wholeRun(runPlace(run.metadata.uid, generation), {
    ...{ name: "billing run", startedAtMs: Date.parse(startTime) },
    attributes: {
      ...{ "billing.period": run.spec.period, "billing.generation": generation },
      ...{ "billing.partitions": partitions.total, "billing.phase": phase },
    },
  });
  span?.end(phase === "Completed" ? {} : { errorCode: phase });
}
