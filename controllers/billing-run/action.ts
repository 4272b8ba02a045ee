import type { JobOrder } from "../job-runner.ts";

/** From when on messages leave: `as-planned` when they were promoted, `now`, or an instant in RFC 3339. */
export type ReleaseFrom = string;

/** What is to be done now. Every action may be applied twice without harm. */
export type Action =
  | { readonly kind: "startJob"; readonly order: JobOrder }
  | { readonly kind: "setParallelism"; readonly jobName: string; readonly parallelism: number }
  | { readonly kind: "stopJob"; readonly jobName: string }
  /** Gives the period free again; only a generation that never became live can be abandoned. */
  | { readonly kind: "abandonGeneration"; readonly generation: number }
  /** Lets the dispatcher send what was promoted: at once, or with every message planned anew from an instant on. */
  | { readonly kind: "releaseGeneration"; readonly generation: number; readonly from: ReleaseFrom }
  /** Cancels the messages that are not on their way yet; the bills stay. */
  | { readonly kind: "cancelNotifications"; readonly generation: number }
  /** Nothing of the run is at work any more: a deleted object may go (on one machine there is none). */
  | { readonly kind: "removeFinalizer" }
  /** Nothing will announce the next change: look again by then. */
  | { readonly kind: "requeue"; readonly afterMs: number };
