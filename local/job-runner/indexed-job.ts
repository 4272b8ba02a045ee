import type { JobFacts, JobOrder } from "../../controllers/job-runner.ts";
import { startChild, type Child } from "./child.ts";
import { IndexLedger } from "./index-ledger.ts";

/** How the children of a Job are run. */
export interface ChildProgram {
  readonly command: string;
  /** Before the subcommand, e.g. the path of main.ts. */
  readonly leadingArgs: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
  readonly graceMs: number;
  /** First delay before a failed index is tried again; doubles with each failure, to a minute at most. */
  readonly baseBackoffMs: number;
  /** Called whenever a child has ended. */
  readonly onChange?: () => void;
}

/** One Job whose indexes are child processes. */
export class IndexedJob {
  readonly #order: JobOrder;
  readonly #program: ChildProgram;
  readonly #ledger: IndexLedger;
  readonly #children = new Map<number, Child>();
  #wakeUp: NodeJS.Timeout | undefined;
  #onIdle: (() => void)[] = [];

  constructor(order: JobOrder, program: ChildProgram) {
    this.#order = order;
    this.#program = program;
    this.#ledger = new IndexLedger(order, program.baseBackoffMs);
    this.#advance();
  }

  facts(): JobFacts {
    return this.#ledger.facts();
  }

  /** Process ids of the children by index. */
  childPids(): ReadonlyMap<number, number> {
    return new Map([...this.#children].map(([index, child]) => [index, child.pid]));
  }

  setParallelism(parallelism: number): void {
    this.#ledger.parallelism = parallelism;
    this.#advance();
  }

  /** Interrupts all children; resolves when none is left. */
  stop(): Promise<void> {
    this.#ledger.stop();
    clearTimeout(this.#wakeUp);
    this.#advance();
    if (this.#children.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #advance(): void {
    this.#interruptExcess();
    // One reading of the clock: an index whose back-off ended between two would neither start nor be waited for.
    const nowMs = Date.now();
    for (const index of this.#ledger.takeStartable(nowMs)) this.#startIndex(index);
    clearTimeout(this.#wakeUp);
    const nextMs = this.#ledger.nextStartMs();
    if (nextMs === null || this.facts().state !== "active") return;
    const delayMs = nextMs - nowMs;
    if (delayMs > 0)
      this.#wakeUp = setTimeout(() => {
        this.#advance();
      }, delayMs);
  }

  /** The youngest go first, as they have the least to lose. */
  #interruptExcess(): void {
    const leaving = [...this.#children.values()].filter((child) => child.isInterrupted()).length;
    const staying = [...this.#children.values()].filter((child) => !child.isInterrupted());
    const excess = Math.max(0, this.#ledger.excess() - leaving);
    for (const child of staying.slice(staying.length - excess)) child.interrupt();
  }

  #startIndex(index: number): void {
    const { command, leadingArgs, environment, logFolder, graceMs } = this.#program;
    const child = startChild({
      command,
      args: [...leadingArgs, this.#order.kind, ...this.#order.args],
      environment: { ...environment, JOB_COMPLETION_INDEX: String(index) },
      logFile: `${logFolder}/${this.#order.name}.${index}.log`,
      graceMs,
    });
    this.#children.set(index, child);
    void child.exit.then((exit) => {
      this.#children.delete(index);
      this.#ledger.recordExit(index, exit, Date.now());
      this.#advance();
      this.#program.onChange?.();
      if (this.#children.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    });
  }
}
