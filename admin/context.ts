import type { BillLetterhead } from "../notification/templates/letterhead.ts";
import type { Logger } from "../platform/logger.ts";
import type { Pool } from "../platform/postgres.ts";
import type { OpenPolicyStore } from "./policies/policy-store.ts";
import type { OpenRunStore } from "./runs/run-store.ts";
import type { ContactKeys } from "./contact-keys.ts";
import type { LagReader } from "./lag.ts";

/** What the routes work with; made once, when the process starts. */
export interface AdminContext {
  readonly pool: Pool;
  /** For commands only: one of them may read by `pool` while it holds its own connection, so they must not share. */
  readonly commandPool: Pool;
  readonly logger: Logger;
  readonly openRuns: OpenRunStore;
  readonly contacts: ContactKeys;
  /** As the consumers have it, so that a message is shown as it is sent. */
  readonly letterhead: BillLetterhead;
  /** Orders that move more messages than this wait for an approver. */
  readonly approvalOverMessages: number;
  /** Null = Kafka is not known to this process. */
  readonly lag: LagReader | null;
  readonly openPolicies: OpenPolicyStore;
  /** Adjustments beyond this many minor units, either way, wait for an approver. */
  readonly approvalAboveMinor: number;
}
