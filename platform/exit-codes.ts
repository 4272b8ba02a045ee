/**
 * Exit codes of every subcommand: the contract with the Job's podFailurePolicy and with the local Job runner.
 */
export const ExitCode = {
  done: 0,
  /** Unexpected error: counts against the index's retries. */
  failed: 1,
  /** This partition cannot succeed, however often it is tried (FailIndex). */
  partitionHopeless: 42,
  /** No partition can succeed, e.g. the generation was abandoned (FailJob). */
  jobHopeless: 43,
  /** Interrupted by SIGTERM before the commit: not counted (Ignore). */
  interrupted: 75,
  /** Configuration is wrong; every bad variable has been listed. */
  badConfig: 78,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
