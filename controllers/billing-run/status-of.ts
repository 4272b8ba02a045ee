import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { conditionsOf } from "./conditions-of.ts";
import { estimatedSettledMs } from "./estimated-completion.ts";
import { allNotifications, openNotifications } from "./notification-counts.ts";
import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import type { Observed } from "./observed.ts";
import { billedIn, excludedIn, heldIn, totalMinorOf } from "./totals.ts";
import type { Situation, Verdict } from "./verdict.ts";

/** The whole status, derived; only transition and completion times are carried over from the former one. */
export function statusOf(situation: Situation, verdict: Verdict): BillingRunStatus {
  const { run, observed } = situation;
  const { ledger } = observed;
  const partitions = ledger?.partitions ?? [];
  const estimateMs = ledger === null ? null : estimatedSettledMs(ledger, observed.nowMs);
  return {
    observedGeneration: run.metadata.generation,
    generation: ledger?.generation ?? null,
    phase: verdict.phase,
    conditions: conditionsOf(situation, verdict),
    progress: progressOf(run.spec.partitions, ledger),
    partitions: partitionCounts(run.spec.partitions, observed),
    members: {
      expected: ledger?.expected ?? 0,
      billed: billedIn(partitions),
      held: heldIn(partitions),
      excluded: excludedIn(partitions),
    },
    totals: ledger && { amountMinor: String(totalMinorOf(partitions)), currency: ledger.currency },
    digest: ledger?.digest ?? null,
    notifications: notificationCounts(ledger),
    startTime: ledger && isoTime(ledger.createdAtMs),
    completionTime: verdict.finished ? (run.status?.completionTime ?? isoTime(observed.nowMs)) : null,
    estimatedCompletionTime: estimateMs === null ? null : isoTime(estimateMs),
  };
}

function progressOf(wanted: number, ledger: LedgerFacts | null): string {
  const notifications = ledger?.released === true ? ledger.notifications : null;
  if (notifications !== null) {
    const all = allNotifications(notifications);
    return `${all - openNotifications(notifications)}/${all}`;
  }
  const done = ledger?.partitions.filter(({ state }) => state === "done").length ?? 0;
  return `${done}/${wanted}`;
}

function partitionCounts(wanted: number, { ledger, jobs }: Observed): BillingRunStatus["partitions"] {
  const partitions = ledger?.partitions ?? [];
  const done = new Set(partitions.filter(({ state }) => state === "done").map(({ index }) => index));
  const settling = jobs.filter((job) => job.kind === "settle");
  const inState = (state: "active" | "failed"): Set<number> =>
    new Set(
      settling.flatMap((job) =>
        job.indexes
          .filter((index) => index.state === state && !done.has(index.index))
          .map(({ index }) => index),
      ),
    );
  const active = inState("active");
  const failed = inState("failed");
  for (const { index, state } of partitions) if (state === "failed" && !active.has(index)) failed.add(index);
  const failedIndexes = [...failed].filter((index) => !active.has(index)).sort((a, b) => a - b);
  return {
    total: wanted,
    active: active.size,
    succeeded: done.size,
    failed: failedIndexes.length,
    failedIndexes,
  };
}

function notificationCounts(ledger: LedgerFacts | null): BillingRunStatus["notifications"] {
  const facts = ledger?.notifications;
  if (!facts) return { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 };
  return {
    scheduled: facts.scheduled,
    queued: facts.queued + facts.inFlight,
    sent: facts.sent,
    failed: facts.dropped,
    dead: facts.dead,
    ...(ledger.overdue > 0 && { overdue: ledger.overdue }),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
