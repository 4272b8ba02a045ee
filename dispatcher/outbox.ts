import { closeOutboxBatch } from "../database/notifications/close-outbox-batch.ts";
import { openOutboxBatches } from "../database/notifications/open-outbox-batches.ts";
import { queuedOfBatch, type QueuedChannelRow } from "../database/notifications/queued-of-batch.ts";
import { queueDue, type QueuedRow } from "../database/notifications/queue-due.ts";
import { encodeClaimCheck } from "../events/claim-check.ts";
import { messageKey, topicOfChannel } from "../events/topics.ts";
import type { Channel } from "../notification/channel.ts";
import { faultPoint } from "../platform/fault-points.ts";
import type { KafkaProducer, OutgoingRecord } from "../platform/kafka-producer.ts";
import type { Pool } from "../platform/postgres.ts";
import type { Tracing } from "../platform/tracing/tracing.ts";
import type { DispatchMetrics } from "./metrics.ts";
import { traceClaimChecks, type TracedGeneration } from "./trace-claim-checks.ts";

/** What it takes to bring queued rows to Kafka. */
export interface Outbox {
  readonly pool: Pool;
  readonly producer: KafkaProducer;
  readonly metrics: DispatchMetrics;
  readonly tracing: Tracing;
}

/** One channel of one generation. */
export interface Lane extends TracedGeneration {
  readonly channel: Channel;
}

/** Rows committed as QUEUED whose claim checks Kafka may not have. */
export interface QueuedLane extends Lane {
  readonly batchId: number;
  readonly rows: readonly QueuedRow[];
}

/** Queues what is due, at most `limit` rows, committed with its open batch. null when nothing is. */
export async function queueLane(outbox: Outbox, lane: Lane, limit: number): Promise<QueuedLane | null> {
  const begunMs = performance.now();
  const { batchId, rows } = await queueDue(outbox.pool, lane, lane.channel, limit);
  if (batchId === null) return null;
  outbox.metrics.dispatched(lane.channel, "queue", (performance.now() - begunMs) / 1_000);
  faultPoint("dispatcher.after-commit");
  return { ...lane, batchId, rows };
}

/**
 * Brings a committed batch to Kafka and forgets it once every claim check is acknowledged. A crash on the way leaves it
 * open, and `recoverBatches` produces it.
 */
export async function bringToKafka(outbox: Outbox, lane: QueuedLane): Promise<void> {
  const { channel } = lane;
  const begunMs = performance.now();
  await produceClaimChecks(
    outbox,
    lane,
    lane.rows.map(({ billId, memberId, seq }) => ({ billId, memberId, seq, channel })),
  );
  outbox.metrics.dispatched(channel, "produce", (performance.now() - begunMs) / 1_000);
  faultPoint("dispatcher.after-produce");
  await closeOutboxBatch(outbox.pool, lane.batchId);
}

/**
 * Produces again what batches open for at least `minAgeMs` still have QUEUED, and closes them. One of another
 * dispatcher that is merely slow is thereby produced twice, which a consumer's claim makes harmless.
 */
export async function recoverBatches(outbox: Outbox, minAgeMs: number): Promise<number> {
  let recovered = 0;
  for (const batch of await openOutboxBatches(outbox.pool, minAgeMs)) {
    const rows = await queuedOfBatch(outbox.pool, batch);
    await produceClaimChecks(outbox, batch, rows);
    if (rows.length > 0) faultPoint("dispatcher.after-recovery");
    await closeOutboxBatch(outbox.pool, batch.batchId);
    recovered += rows.length;
  }
  outbox.metrics.recovered("batch", recovered);
  return recovered;
}

/** Produces a claim check for each row; resolves when Kafka has acknowledged all of them. */
export async function produceClaimChecks(
  { producer, metrics, tracing }: Outbox,
  address: TracedGeneration,
  rows: readonly QueuedChannelRow[],
): Promise<void> {
  const { period, generation } = address;
  const spans = traceClaimChecks(tracing, address, rows);
  const records: OutgoingRecord[] = rows.map((row) => {
    const { billId, memberId, seq, channel } = row;
    const traceparent = spans.headerOf(row);
    return {
      topic: topicOfChannel(channel),
      key: messageKey(memberId),
      value: encodeClaimCheck({ period, billId, generation, seq, channel }),
      ...(traceparent !== null && { headers: { traceparent } }),
    };
  });
  try {
    await producer.produceAll(records);
  } catch (error) {
    spans.end("produce-failed");
    throw error;
  }
  spans.end();
  for (const [channel, { length }] of Map.groupBy(rows, (row) => row.channel)) {
    metrics.queued(channel, length);
  }
}
