import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import type { JobFacts } from "../job-runner.ts";

/** Everything `decide` may know of the world at one moment. */
export interface Observed {
  readonly nowMs: number;
  /** Null while the run has no generation. */
  readonly ledger: LedgerFacts | null;
  readonly jobs: readonly JobFacts[];
}
