/** Batches that are committed as queued and on their way to Kafka, no more than so many at once. */
export interface OpenBatches {
  /** Resolves when one more may be opened. Rejects with why an earlier one did not get through, once. */
  room(): Promise<void>;
  /** Takes a batch that is on its way; how it ends is told by `room` or `drain`. */
  add(bringing: Promise<void>): void;
  /** Resolves when none is open. Rejects as `room` does, and only when all have ended. */
  drain(): Promise<void>;
}

/**
 * So that PostgreSQL queues the next batch while Kafka acknowledges the one before. Whoever keeps to `room` has at most `most`
 * open, which bounds what a crash leaves to produce again. After a rejection nothing is known of the other batches: they
 * are drained, and what the database holds open is produced again.
 */
export function createOpenBatches(most: number): OpenBatches {
  const open = new Set<Promise<void>>();
  const failures: Error[] = [];
  const refuseFailed = (): void => {
    const [first] = failures.splice(0);
    if (first !== undefined) throw first;
  };
  return {
    async room() {
      while (open.size >= most) await Promise.race(open);
      refuseFailed();
    },
    add(bringing) {
      const ended = bringing
        .catch((error: unknown) => {
          failures.push(error as Error);
        })
        .finally(() => open.delete(ended));
      open.add(ended);
    },
    async drain() {
      await Promise.all(open);
      refuseFailed();
    },
  };
}
