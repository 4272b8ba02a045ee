import type { GenerationAddress } from "../database/generations/address.ts";
import type { QueuedChannelRow } from "../database/notifications/queued-of-batch.ts";
import { messagePlace, runPlace, traceparentOf } from "../platform/tracing/trace-ids.ts";
import type { TraceSpan, Tracing } from "../platform/tracing/tracing.ts";

/** Whose claim checks are produced; the run is known where the generation was looked up. */
export interface TracedGeneration extends GenerationAddress {
  readonly runId?: string;
}

/** The spans of one batch on its way to Kafka. */
export interface ClaimCheckSpans {
  /** The W3C header of a row's message; null = it is not traced. */
  readonly headerOf: (row: QueuedChannelRow) => string | null;
  /** Kafka has acknowledged all, or the batch failed. */
  readonly end: (errorCode?: string) => void;
}

const nothing: ClaimCheckSpans = { headerOf: () => null, end: () => undefined };

/**
 * Begins a span for each message of the batch that is traced: one in a thousand. A message has one trace, whoever queues it and however
 * often, and it points at that of its run.
 */
export function traceClaimChecks(
  tracing: Tracing,
  { period, generation, runId }: TracedGeneration,
  rows: readonly QueuedChannelRow[],
): ClaimCheckSpans {
  if (!tracing.isOn) return nothing;
  const spans = new Map<number, TraceSpan>();
  for (const { billId, seq, channel } of rows) {
    const span = tracing.startOfMany(messagePlace({ billId, generation }).traceId, {
      ...{ name: `queue ${channel}`, kind: "producer" },
      attributes: {
        ...{ "messaging.system": "kafka", "billing.channel": channel, "billing.period": period },
        ...{ "billing.generation": generation, "billing.bill_id": billId, "billing.seq": seq },
      },
      ...(runId !== undefined && { link: runPlace(runId, generation) }),
    });
    if (span !== null) spans.set(billId, span);
  }
  return {
    headerOf: ({ billId }) => {
      const span = spans.get(billId);
      return span === undefined ? null : traceparentOf(span.place);
    },
    end: (errorCode) => {
      for (const span of spans.values()) span.end(errorCode === undefined ? {} : { errorCode });
    },
  };
}
