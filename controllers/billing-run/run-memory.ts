import { readBillingRunStatus, type BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { RunObject } from "./kubernetes/run-object.ts";

/**
 * What the controller remembers of a run between two looks: when to look again and what it wrote last. All of it may be
 * lost at any time; then it looks once more than needed.
 */
export class RunMemory {
  readonly uid: string;
  /** Not before; an observation takes this much of the database's time at most. */
  nextLookMs = 0;
  /** `metadata.generation` at the last look: a person's change does not wait. */
  lookedGeneration = -1;
  /** Looks in a row that found nothing new. */
  quietLooks = 0;
  databaseFailures = 0;
  /** Ledger Jobs that failed since the last that succeeded. */
  readonly failedLedgerJobs = new Set<string>();
  #written: { readonly over: string | undefined; readonly status: BillingRunStatus } | null = null;

  constructor(uid: string) {
    this.uid = uid;
  }

  /** The run's status: what was written last, while the watch has not shown that yet. */
  statusOf(object: RunObject): BillingRunStatus | undefined {
    const stale = this.#written !== null && this.#written.over === object.metadata.resourceVersion;
    return stale ? this.#written?.status : readBillingRunStatus(object.status);
  }

  wrote(object: RunObject, status: BillingRunStatus): void {
    this.#written = { over: object.metadata.resourceVersion, status };
  }
}

/** Memories by key; a run that was deleted and created anew starts with an empty one. */
export class RunMemories {
  readonly #memories = new Map<string, RunMemory>();

  of(key: string, { metadata }: RunObject): RunMemory {
    const known = this.#memories.get(key);
    if (known !== undefined && known.uid === metadata.uid) return known;
    const memory = new RunMemory(metadata.uid ?? "");
    this.#memories.set(key, memory);
    return memory;
  }

  forget(key: string): null {
    this.#memories.delete(key);
    return null;
  }
}
