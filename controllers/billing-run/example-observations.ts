import { billingRunSpec, type BillingRunSpec } from "../../crds/billing-run.ts";
import type { BillingRun } from "../../crds/billing-run-status.ts";
import type { JobFacts, JobOrder } from "../job-runner.ts";
import type { AdmissionFacts } from "../../database/run-ledger/admission-facts.ts";
import type {
  LedgerFacts,
  NotificationFacts,
  PartitionFacts,
} from "../../database/run-ledger/ledger-facts.ts";
import type { Observed } from "./observed.ts";

// Builders for the tests of this folder: a plain case, changed in what a test is about.

/** Digest of the settled example generation. */
export const exampleDigest = "ab".repeat(32);

/** A run of four partitions with one canary. */
export function exampleRun(spec: Partial<BillingRunSpec> = {}): BillingRun {
  const defaults = billingRunSpec.parse({
    period: "2026-10",
    tariffRef: { name: "kr-mobile", version: "2026-07" },
    partitions: 4,
    parallelism: 2,
  });
  return {
    metadata: { name: "october", uid: "00000000-0000-4000-8000-000000000001", generation: 1 },
    spec: { ...defaults, ...spec },
  };
}

/** What the database says of a run that may begin. */
export const exampleAdmission: AdmissionFacts = {
  ...{ tariffRecorded: true, hasAccounts: true, hasUsage: true },
  ...{ busyWith: null, nameTaken: false },
};

/** A partition of 100 accounts, 99 of them billed at 100 a bill once done. */
export function examplePartition(index: number, state: PartitionFacts["state"]): PartitionFacts {
  const done = state === "done";
  return {
    index,
    state,
    expected: 100,
    billed: done ? 99 : 0,
    held: done ? 1 : 0,
    excluded: 0,
    totalMinor: done ? 9_900n : 0n,
    startedAtMs: done ? 1_000 : null,
    digest: done ? String(index).padStart(64, "0") : null,
  };
}

/** A generation with the given partition states, without baseline. */
export function exampleLedger(
  states: readonly PartitionFacts["state"][],
  changes: Partial<LedgerFacts> = {},
): LedgerFacts {
  return {
    generation: 1,
    state: "settling",
    createdAtMs: 0,
    expected: 400,
    currency: "KRW",
    partitions: states.map((state, index) => examplePartition(index, state)),
    digest: null,
    proof: null,
    released: false,
    ...{ reservedUntilMs: null, deliverWithinMs: 604_800_000, overdue: 0, deliveryHold: null },
    outboxStuckSinceMs: null,
    baseline: null,
    notifications: null,
    ...changes,
  };
}

/** Everything settled and proved. */
export function verifiedLedger(changes: Partial<LedgerFacts> = {}): LedgerFacts {
  return exampleLedger(["done", "done", "done", "done"], {
    state: "verified",
    digest: exampleDigest,
    proof: [{ name: "members", holds: true }],
    ...changes,
  });
}

/** Promoted and released, with the given messages. */
export function liveLedger(notifications: Partial<NotificationFacts>, released = true): LedgerFacts {
  const none = { scheduled: 0, queued: 0, inFlight: 0, sent: 0, dead: 0, dropped: 0 };
  return verifiedLedger({ state: "live", released, notifications: { ...none, ...notifications } });
}

/** The Job of an order as it is seen just after its start. */
export function jobFactsOf(order: JobOrder): JobFacts {
  return {
    name: order.name,
    kind: order.kind,
    state: "active",
    stopping: false,
    parallelism: order.parallelism,
    failure: null,
    trouble: null,
    indexes: order.indexes.map((index) => ({ index, state: "pending", failures: 0 })),
  };
}

/** An observation one minute after the epoch. */
export function seen(ledger: LedgerFacts | null, jobs: readonly JobFacts[] = []): Observed {
  return { nowMs: 60_000, ledger, admission: null, jobs };
}
