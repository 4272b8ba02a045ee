import { setTimeout as sleep } from "node:timers/promises";

/** Waits so long, or until there is news or the signal says stop; leaves no timer, which would keep a process that is done. */
export async function nap(news: Promise<undefined>, waitMs: number, stopping: AbortSignal): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, over.signal]);
  await Promise.race([news, sleep(waitMs, undefined, { signal }).catch(() => undefined)]);
  over.abort();
}
