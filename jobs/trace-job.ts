import type { BatchSubject } from "../database/generations/record-batch.ts";
import { runPlace, type TracePlace } from "../platform/tracing/trace-ids.ts";
import { openTracing } from "../platform/tracing/tracing.ts";

/** The span of one job. */
interface JobTrace {
  readonly ofRun: (runId: string, generation: number) => void;
  /** Sends the span, of a job that came to know its run. */
  readonly end: (errorCode: string | null) => Promise<void>;
}

/** A job's place in the trace of its run; costs nothing while tracing is off. */
export async function traceJob(
  { name, batch }: { readonly name: string; readonly batch: BatchSubject | null },
  startedAt: Date,
): Promise<JobTrace> {
  const tracing = await openTracing(name);
  let run: TracePlace | null = null;
  let generation = 0;
  return {
    ofRun(runId, number) {
      generation = number;
      if (tracing.isOn) run = runPlace(runId, number);
    },
    async end(errorCode) {
      if (run === null) return;
      const { period = null, partitionIndex = null } = batch ?? {};
      const span = tracing.startOfRun(run, {
        ...{ name, startedAtMs: startedAt.getTime() },
        attributes: {
          "billing.generation": generation,
          ...(period !== null && { "billing.period": period }),
          ...(partitionIndex !== null && { "billing.partition": partitionIndex }),
        },
      });
      span?.end(errorCode === null ? {} : { errorCode });
      await tracing.close();
    },
  };
}
