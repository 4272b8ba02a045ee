import type { KafkaConsumer, TopicPartition, WatermarkOffsets } from "@confluentinc/kafka-javascript";

const checkEveryMs = 5_000;
const stalledAfterMs = 30_000;
const queryTimeoutMs = 5_000;

/** What the watchdog is told and whom it tells. */
export interface WatchedConsumer {
  /** A paused consumer makes no progress on purpose. */
  readonly isPaused: () => boolean;
  readonly onStall: (error: Error) => void;
  /** Where the group stands in a partition that has been silent; looked up every 30 s. */
  readonly onCommitted: (at: { readonly partition: number; readonly offset: number }) => void;
}

export interface Watchdog {
  /** Messages were received. */
  progressed(records: readonly { readonly partition: number; readonly offset: number }[]): void;
  stop(): void;
}

/**
 * Reports a consumer that receives nothing of one of its partitions for 30 s although messages wait there, whatever comes of
 * the others. Clients of this kind have been seen to stall without an error; only the broker's own end offset tells that
 * from a quiet topic.
 */
export function watchProgress(consumer: KafkaConsumer, watched: WatchedConsumer): Watchdog {
  const nextOffset = new Map<number, number>();
  /** Since when nothing has come of a partition; forgotten while nothing can. */
  const silentSinceMs = new Map<number, number>();
  const check = async (): Promise<void> => {
    if (watched.isPaused() || !consumer.isConnected()) {
      silentSinceMs.clear();
      return;
    }
    const present = consumer.assignments();
    const nowMs = performance.now();
    for (const partition of silentSinceMs.keys()) {
      if (!present.some((assigned) => assigned.partition === partition)) silentSinceMs.delete(partition);
    }
    for (const assigned of present) {
      const sinceMs = silentSinceMs.get(assigned.partition) ?? nowMs;
      silentSinceMs.set(assigned.partition, sinceMs);
      if (nowMs - sinceMs < stalledAfterMs) continue;
      const committed = await committedOffset(consumer, assigned);
      watched.onCommitted({ partition: assigned.partition, offset: committed });
      // Another member may have read on while it had the partition.
      const known = Math.max(nextOffset.get(assigned.partition) ?? 0, committed);
      const behind = await lag(consumer, assigned, known);
      silentSinceMs.set(assigned.partition, performance.now());
      if (behind === 0) continue;
      const where = `${assigned.topic}[${assigned.partition}]`;
      watched.onStall(new Error(`${behind} messages wait in ${where} and none was received for 30 s`));
      return;
    }
  };
  const timer = setInterval(() => void check(), checkEveryMs);
  timer.unref();
  return {
    progressed(records) {
      for (const { partition, offset } of records) {
        nextOffset.set(partition, offset + 1);
        silentSinceMs.delete(partition);
      }
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Messages behind the end of the partition; 0 when the broker does not answer, which is not the client's stall. */
async function lag(consumer: KafkaConsumer, assigned: TopicPartition, known: number): Promise<number> {
  const watermarks = await new Promise<WatermarkOffsets | null>((resolve) => {
    consumer.queryWatermarkOffsets(assigned.topic, assigned.partition, queryTimeoutMs, (error, offsets) => {
      resolve((error as unknown) ? null : offsets);
    });
  });
  if (watermarks === null) return 0;
  return Math.max(0, watermarks.highOffset - Math.max(known, watermarks.lowOffset));
}

/** Where the group stands in a partition. */
async function committedOffset(consumer: KafkaConsumer, assigned: TopicPartition): Promise<number> {
  return new Promise((resolve) => {
    consumer.committed([assigned], queryTimeoutMs, (error, offsets) => {
      const offset = (error as unknown) ? undefined : offsets[0]?.offset;
      // No answer reads as "at the end"; no committed offset (undefined or negative) as "at the beginning".
      resolve((error as unknown) ? Number.MAX_SAFE_INTEGER : Math.max(0, offset ?? 0));
    });
  });
}
