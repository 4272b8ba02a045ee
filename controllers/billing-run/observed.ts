import type { AdmissionFacts } from "../../database/run-ledger/admission-facts.ts";
import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import type { JobFacts } from "../job-runner.ts";
import type { ResolvedPolicy } from "../notification-policy/resolve-policy.ts";

/** Everything `decide` may know of the world at one moment. */
export interface Observed {
  readonly nowMs: number;
  /** Null while the run has no generation. */
  readonly ledger: LedgerFacts | null;
  /** Null where `prepare` alone judges: on one machine, and once there is a generation. */
  readonly admission: AdmissionFacts | null;
  readonly jobs: readonly JobFacts[];
  /** What `spec.dispatch.notificationPolicyRef` means now; absent = the default. */
  readonly policy?: ResolvedPolicy;
}
