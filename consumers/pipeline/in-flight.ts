import { setTimeout as sleep } from "node:timers/promises";

/** Counts the sends under way and lets the pipeline wait for places. */
export interface InFlight {
  readonly count: number;
  /** Runs `send` and counts it until it ends. */
  start(send: () => Promise<void>): void;
  /** Resolves when `count` has come down to `atMost`, at the latest after `maxMs`. */
  waitFor(atMost: number, maxMs: number): Promise<void>;
}

/** A counter at zero. */
export function createInFlight(): InFlight {
  let count = 0;
  let waiter: { readonly atMost: number; readonly resolve: () => void } | undefined;
  return {
    get count() {
      return count;
    },
    start(send) {
      count++;
      void send().finally(() => {
        count--;
        if (waiter !== undefined && count <= waiter.atMost) waiter.resolve();
      });
    },
    async waitFor(atMost, maxMs) {
      if (count <= atMost) return;
      const done = new AbortController();
      const reached = new Promise<void>((resolve) => {
        waiter = { atMost, resolve };
      });
      await Promise.race([reached, sleep(maxMs, undefined, { signal: done.signal }).catch(() => undefined)]);
      done.abort();
      waiter = undefined;
    },
  };
}
