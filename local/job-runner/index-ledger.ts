import type { IndexFacts, JobFacts, JobFailure, JobOrder } from "../../controllers/job-runner.ts";
import { ExitCode } from "../../platform/exit-codes.ts";

/** How one child ended. */
export interface ChildExit {
  /** Null when a signal killed it. */
  readonly exitCode: number | null;
  /** True when we asked it to end: then it does not count as a failure, however it ended. */
  readonly interrupted: boolean;
  /** What it said last, for the message of a failure. */
  readonly lastWords: string;
}

interface IndexEntry {
  readonly index: number;
  state: IndexFacts["state"];
  failures: number;
  startNotBeforeMs: number;
}

const maxBackoffMs = 60_000;

/**
 * The bookkeeping of an Indexed Job, without any process: which index may start, what an exit code means, and when
 * the Job has ended. The exit-code contract is that of platform/exit-codes.ts.
 */
export class IndexLedger {
  readonly #order: JobOrder;
  readonly #baseBackoffMs: number;
  readonly #entries: Map<number, IndexEntry>;
  #failure: JobFailure | null = null;
  #lastFailure: { exitCode: number; lastWords: string } = { exitCode: 0, lastWords: "" };
  #stopping = false;
  parallelism: number;

  constructor(order: JobOrder, baseBackoffMs: number) {
    this.#order = order;
    this.#baseBackoffMs = baseBackoffMs;
    this.parallelism = order.parallelism;
    this.#entries = new Map(
      order.indexes.map((index) => [index, { index, state: "pending", failures: 0, startNotBeforeMs: 0 }]),
    );
  }

  /** Indexes to start now, in order, as many as parallelism leaves room for; they are active from here on. */
  takeStartable(nowMs: number): number[] {
    if (this.#stopping || this.#failure !== null) return [];
    const room = this.parallelism - this.#count("active");
    const ready = [...this.#entries.values()]
      .filter((entry) => entry.state === "pending" && entry.startNotBeforeMs <= nowMs)
      .slice(0, Math.max(0, room));
    for (const entry of ready) entry.state = "active";
    return ready.map((entry) => entry.index);
  }

  /** When an index that backs off may start again; null when none does. */
  nextStartMs(): number | null {
    const waiting = [...this.#entries.values()].filter((entry) => entry.state === "pending");
    return waiting.length === 0 ? null : Math.min(...waiting.map((entry) => entry.startNotBeforeMs));
  }

  /** How many children run beyond the parallelism and are to be interrupted; all, once the Job failed or stops. */
  excess(): number {
    const active = this.#count("active");
    const wanted = this.#stopping || this.#failure !== null ? 0 : this.parallelism;
    return Math.max(0, active - wanted);
  }

  recordExit(index: number, exit: ChildExit, nowMs: number): void {
    const entry = this.#entries.get(index);
    if (entry === undefined) throw new RangeError(`no index ${index} in ${this.#order.name}`);
    if (exit.exitCode === ExitCode.done) {
      entry.state = "succeeded";
    } else if (exit.interrupted || exit.exitCode === ExitCode.interrupted) {
      entry.state = "pending";
      entry.startNotBeforeMs = nowMs + this.#baseBackoffMs;
    } else {
      this.#recordFailure(entry, exit, nowMs);
    }
    this.#judge();
  }

  stop(): void {
    this.#stopping = true;
  }

  facts(): JobFacts {
    const { name, kind } = this.#order;
    const indexes = [...this.#entries.values()].map(({ index, state, failures }) => ({
      index,
      state,
      failures,
    }));
    const running = this.#count("active") > 0;
    const allDone = this.#count("succeeded") === this.#entries.size;
    const state = running ? "active" : this.#failure !== null ? "failed" : allDone ? "succeeded" : "active";
    return {
      ...{ name, kind, state, indexes },
      stopping: this.#stopping,
      parallelism: this.parallelism,
      failure: this.#failure,
      trouble: null,
    };
  }

  #recordFailure(entry: IndexEntry, { exitCode, lastWords }: ChildExit, nowMs: number): void {
    entry.failures += 1;
    this.#lastFailure = { exitCode: exitCode ?? ExitCode.failed, lastWords };
    const hopeless = exitCode === ExitCode.partitionHopeless;
    if (exitCode === ExitCode.jobHopeless)
      this.#failure ??= this.#fail("FailJob", "the whole job cannot succeed");
    const exhausted = entry.failures > this.#order.backoffLimitPerIndex;
    entry.state = hopeless || exhausted || this.#failure !== null ? "failed" : "pending";
    const backoffMs = this.#baseBackoffMs * 2 ** (entry.failures - 1);
    entry.startNotBeforeMs = nowMs + Math.min(backoffMs, maxBackoffMs);
  }

  #judge(): void {
    const failed = this.#count("failed");
    if (this.#failure !== null || failed === 0) return;
    const count = `${failed} of ${this.#entries.size} indexes failed`;
    if (failed > this.#order.maxFailedIndexes) {
      this.#failure = this.#fail("MaxFailedIndexesExceeded", count);
    } else if (this.#count("pending") + this.#count("active") === 0) {
      this.#failure = this.#fail("FailedIndexes", count);
    }
  }

  #fail(reason: JobFailure["reason"], what: string): JobFailure {
    const { exitCode, lastWords } = this.#lastFailure;
    const words = lastWords === "" ? "" : `: ${lastWords}`;
    return { reason, exitCode, message: `${what}, the last with exit code ${exitCode}${words}` };
  }

  #count(state: IndexFacts["state"]): number {
    return [...this.#entries.values()].filter((entry) => entry.state === state).length;
  }
}
