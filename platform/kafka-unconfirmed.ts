/** The offset behind the last message of a partition that is done with. */
export interface DoneOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

interface Asked {
  readonly done: DoneOffset;
  askedAtMs: number;
}

/** Long enough for a broker that is merely busy. */
const askAgainAfterMs = 2_000;

/**
 * Offsets that were to be committed and that the broker has not confirmed. A commit that meets a rebalance or a lost
 * connection fails, and the next one makes up for it; behind the last message of the month there is none, and the
 * group would seem to lag until the next. So it would after an older commit that the client tried again behind a newer one.
 */
export class UnconfirmedOffsets {
  readonly #asked = new Map<number, Asked>();
  readonly #furthest = new Map<number, DoneOffset>();

  asked(offsets: readonly DoneOffset[], nowMs: number): void {
    for (const done of offsets) {
      this.#asked.set(done.partition, { done, askedAtMs: nowMs });
      const before = this.#furthest.get(done.partition);
      if (before === undefined || before.offset < done.offset) this.#furthest.set(done.partition, done);
    }
  }

  /** What the broker says is committed; less than was done with is asked for again. */
  stands({ partition, offset }: { readonly partition: number; readonly offset: number }): void {
    const done = this.#furthest.get(partition);
    if (done === undefined || done.offset <= offset) return;
    this.#asked.set(partition, { done, askedAtMs: -Infinity });
  }

  confirmed(offsets: readonly { readonly partition: number; readonly offset: number }[]): void {
    for (const { partition, offset } of offsets) {
      const asked = this.#asked.get(partition);
      if (asked !== undefined && asked.done.offset <= offset) this.#asked.delete(partition);
    }
  }

  /** What has become another member's is no longer ours to commit. */
  keepOnly(partitions: readonly number[]): void {
    for (const offsets of [this.#asked, this.#furthest]) {
      for (const partition of offsets.keys()) if (!partitions.includes(partition)) offsets.delete(partition);
    }
  }

  /** Those to ask for again; each not before another while. */
  toRepeat(nowMs: number): DoneOffset[] {
    const due = [...this.#asked.values()].filter(({ askedAtMs }) => nowMs - askedAtMs >= askAgainAfterMs);
    for (const asked of due) asked.askedAtMs = nowMs;
    return due.map(({ done }) => done);
  }
}
