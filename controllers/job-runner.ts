/** What a Job runs: a subcommand of the one program. */
export type JobKind = "prepare" | "settle" | "verify" | "promote";

/** A Job to be started. The name is deterministic, so that starting it twice is starting it once. */
export interface JobOrder {
  readonly name: string;
  readonly kind: JobKind;
  /** Options of the subcommand. */
  readonly args: readonly string[];
  /** Indexes to complete; each child finds its own in JOB_COMPLETION_INDEX. */
  readonly indexes: readonly number[];
  readonly parallelism: number;
  /** Counted failures of one index before it has failed: 2 means three attempts. */
  readonly backoffLimitPerIndex: number;
  /** More failed indexes than this end the whole Job. */
  readonly maxFailedIndexes: number;
}

export interface IndexFacts {
  readonly index: number;
  readonly state: "pending" | "active" | "succeeded" | "failed";
  /** Failures that counted; an interruption does not. */
  readonly failures: number;
}

/** Why a Job failed, with the exit code that decided it. */
export interface JobFailure {
  readonly reason:
    "FailedIndexes" | "MaxFailedIndexesExceeded" | "FailJob" | "BackoffLimitExceeded" | "DeadlineExceeded";
  readonly exitCode: number;
  readonly message: string;
}

/** A Job as it can be seen from outside. */
export interface JobFacts {
  readonly name: string;
  readonly kind: JobKind;
  /** `active` until no child runs and none will be started again. */
  readonly state: "active" | "succeeded" | "failed";
  /** Told to stop, but children still run. */
  readonly stopping: boolean;
  readonly parallelism: number;
  readonly failure: JobFailure | null;
  /** Why children of it do not start, though they should have by now; null when they do. */
  readonly trouble: string | null;
  readonly indexes: readonly IndexFacts[];
}

/**
 * The door through which decisions start work. Implemented by child processes on one machine (local/job-runner/)
 * and by Kubernetes Jobs in a cluster (controllers/billing-run/kubernetes/run-jobs.ts).
 */
export interface JobRunner {
  /** Jobs of the run that exist, whatever their state. */
  jobsOf(runName: string): Promise<readonly JobFacts[]>;
  /** Starts the Job; one of the same name that exists already is left as it is. */
  start(runName: string, order: JobOrder): Promise<void>;
  /** Children beyond the new number are interrupted; 0 suspends the Job. */
  setParallelism(jobName: string, parallelism: number): Promise<void>;
  /** Interrupts all children and forgets the Job once they are gone. */
  stop(jobName: string): Promise<void>;
}
