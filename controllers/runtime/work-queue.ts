import type { Backoff } from "./backoff.ts";

/** Keys of objects to look at. A key says only "look": what there is to do is found out by looking. */
export interface WorkQueue {
  /** Runs the key soon, or once more if it is being worked on; a key that waits already is not added twice. */
  add(key: string): void;
  /** Runs the key after a delay; of several delays the earliest counts, so work says each time when to look again. */
  addAfter(key: string, delayMs: number): void;
  /** Keys that wait for a worker. */
  readonly depth: number;
  /**
   * Works until `signal`, then ends when what is under way has ended. What still waits is kept for another `run`, as
   * is what is added meanwhile (then without its delay: nobody would be there to wait).
   */
  run(signal: AbortSignal): Promise<void>;
}

export interface WorkQueueOptions {
  /** Called for one key at a time in one place at a time. A rejection means: again, later. */
  readonly work: (key: string, signal: AbortSignal) => Promise<void>;
  /** How many keys at once. */
  readonly workers: number;
  readonly backoff: Backoff;
  readonly onFailed: (key: string, error: unknown, retryInMs: number) => void;
  readonly onDepth?: (depth: number) => void;
  readonly onWorked?: (seconds: number, succeeded: boolean) => void;
}

/** Node fires longer timers at once. Looking too early does no harm. */
const longestTimerMs = 2 ** 31 - 1;

/** A queue of keys; see `WorkQueue`. Delays grow with each failure of a key and start anew with its success. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new KeyedQueue(options);
}

class KeyedQueue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  /** In the order they came. */
  readonly #waiting = new Set<string>();
  readonly #working = new Set<string>();
  readonly #addedMeanwhile = new Set<string>();
  readonly #delayed = new Map<string, { readonly dueAt: number; readonly timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  #signal: AbortSignal | null = null;
  #onIdle: () => void = () => undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string): void {
    if (this.#working.has(key)) this.#addedMeanwhile.add(key);
    else this.#waiting.add(key);
    this.#startWaiting();
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#signal === null || delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueAt = performance.now() + delayMs;
    const former = this.#delayed.get(key);
    if (former !== undefined && former.dueAt <= dueAt) return;
    clearTimeout(former?.timer);
    const timer = setTimeout(
      () => {
        this.#delayed.delete(key);
        this.add(key);
      },
      Math.min(delayMs, longestTimerMs),
    );
    this.#delayed.set(key, { dueAt, timer });
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#signal !== null) throw new Error("the queue is being worked on already");
    this.#signal = signal;
    this.#startWaiting();
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      signal.addEventListener("abort", () => this.#endIfIdle(), { once: true });
      this.#endIfIdle();
    });
    this.#signal = null;
    for (const [key, { timer }] of this.#delayed) {
      clearTimeout(timer);
      this.#waiting.add(key);
    }
    this.#delayed.clear();
  }

  #endIfIdle(): void {
    if (this.#signal?.aborted === true && this.#working.size === 0) this.#onIdle();
  }

  #startWaiting(): void {
    const signal = this.#signal;
    for (const key of this.#waiting) {
      if (signal === null || signal.aborted || this.#working.size >= this.#options.workers) break;
      this.#waiting.delete(key);
      this.#working.add(key);
      void this.#workOn(key, signal);
    }
    this.#options.onDepth?.(this.#waiting.size);
  }

  /** Never rejects. */
  async #workOn(key: string, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    let retryInMs: number | null = null;
    try {
      await this.#options.work(key, signal);
      this.#failures.delete(key);
    } catch (error) {
      retryInMs = this.#retryDelayMs(key, error);
      this.#options.onFailed(key, error, retryInMs);
    }
    this.#options.onWorked?.((performance.now() - startedAt) / 1000, retryInMs === null);
    this.#working.delete(key);
    const wanted = this.#addedMeanwhile.delete(key);
    // What came while failing waits too: it may be the echo of the very write after which the work failed.
    if (retryInMs !== null) this.addAfter(key, retryInMs);
    else if (wanted) this.#waiting.add(key);
    this.#startWaiting();
    this.#endIfIdle();
  }

  #retryDelayMs(key: string, error: unknown): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return Math.max(this.#options.backoff(failures), askedDelayMs(error));
  }
}

/** What a `RetryableError` or a `KubernetesError` asks for. */
function askedDelayMs(error: unknown): number {
  if (!(error instanceof Error) || !("retryAfterMs" in error)) return 0;
  return typeof error.retryAfterMs === "number" ? error.retryAfterMs : 0;
}
