import type { JobFacts, JobOrder, JobRunner } from "../../controllers/job-runner.ts";
import { IndexedJob, type ChildProgram } from "./indexed-job.ts";

/** A Job runner of one machine: every index is a child process. It forgets its Jobs with the process it lives in. */
export class LocalJobRunner implements JobRunner {
  readonly #program: ChildProgram;
  readonly #jobs = new Map<string, { readonly runName: string; readonly job: IndexedJob }>();

  constructor(program: ChildProgram) {
    this.#program = program;
  }

  jobsOf(runName: string): Promise<readonly JobFacts[]> {
    const mine = [...this.#jobs.values()].filter((entry) => entry.runName === runName);
    return Promise.resolve(mine.map((entry) => entry.job.facts()));
  }

  start(runName: string, order: JobOrder): Promise<void> {
    if (!this.#jobs.has(order.name)) {
      this.#jobs.set(order.name, { runName, job: new IndexedJob(order, this.#program) });
    }
    return Promise.resolve();
  }

  setParallelism(jobName: string, parallelism: number): Promise<void> {
    this.#jobs.get(jobName)?.job.setParallelism(parallelism);
    return Promise.resolve();
  }

  stop(jobName: string): Promise<void> {
    void this.#jobs
      .get(jobName)
      ?.job.stop()
      .then(() => this.#jobs.delete(jobName));
    return Promise.resolve();
  }

  /** Process ids of the Job's children by index; empty for a Job that does not exist. */
  childPids(jobName: string): ReadonlyMap<number, number> {
    return this.#jobs.get(jobName)?.job.childPids() ?? new Map<number, number>();
  }

  /** Interrupts every child; resolves when none is left. */
  async close(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map((entry) => entry.job.stop()));
  }
}
