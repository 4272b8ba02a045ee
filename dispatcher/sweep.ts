import { lockExpiredLeases } from "../database/notifications/lock-expired-leases.ts";
import type { OpenGeneration } from "../database/notifications/open-generations.ts";
import { recallPaused } from "../database/notifications/recall-paused.ts";
import { touchOverdue } from "../database/notifications/touch-overdue.ts";
import { writeExpiredLeases } from "../database/notifications/write-expired-leases.ts";
import { foldCounts } from "../database/statistics/fold-counts.ts";
import type { NotificationRow } from "../notification/notification-row.ts";
import { policyOfGeneration } from "../notification/read-policy.ts";
import { transition } from "../notification/state.ts";
import type { DeliveryRules } from "../notification/transition.ts";
import { faultPoint } from "../platform/fault-points.ts";
import { inTransaction } from "../platform/postgres.ts";
import { produceClaimChecks, recoverBatches, type Outbox } from "./outbox.ts";

const rowsPerSweep = 1_000;
/** More than backpressure lets queue up, so that a pause takes one sweep. */
const rowsPerRecall = 50_000;

/** Rows that are added up faster than they are folded; a thousand are read in a millisecond. */
const changesBeforeFolding = 300;

/** Limits of the sweeps. */
export interface SweepLimits {
  readonly batchRecoveryMs: number;
  readonly queuedOverdueMs: number;
}

/** Puts right what crashes, losses and a pause have left: leases, open batches, claim checks. Returns the rows touched. */
export async function sweep(
  outbox: Outbox,
  open: readonly OpenGeneration[],
  limits: SweepLimits,
): Promise<number> {
  let touched = await recoverBatches(outbox, limits.batchRecoveryMs);
  for (const address of open) {
    touched += await expireLeases(outbox, address);
    touched += await recallPaused(outbox.pool, address, rowsPerRecall);
    touched += await produceOverdue(outbox, address, limits.queuedOverdueMs);
  }
  await foldCounts(outbox.pool, changesBeforeFolding);
  return touched;
}

/**
 * SENDING with a lease in the past → UNKNOWN, due at once under the same key; DEAD when that has happened too often.
 * Quiet hours are left to the consumer that claims the row next: the dispatcher has no right to read members.
 */
async function expireLeases({ pool, metrics }: Outbox, address: OpenGeneration): Promise<number> {
  const { ladders, maxUnknownOutcomes } = policyOfGeneration(address.notificationPolicy);
  const rules: DeliveryRules = { ladders, maxUnknownOutcomes, quiet: { zone: "UTC", windows: [] } };
  const expired = await inTransaction(pool, async (client) => {
    const { nowMs, machineNowMs, rows } = await lockExpiredLeases(client, address, rowsPerSweep);
    const moved: NotificationRow[] = [];
    for (const row of rows) {
      const result = transition(row, { kind: "lease-expired", nowMs, machineNowMs }, rules);
      if (result.kind === "moved") moved.push(result.row);
    }
    if (moved.length > 0) await writeExpiredLeases(client, address, moved);
    return moved.length;
  });
  metrics.recovered("lease", expired);
  return expired;
}

async function produceOverdue(outbox: Outbox, address: OpenGeneration, overdueMs: number): Promise<number> {
  const rows = await touchOverdue(outbox.pool, address, overdueMs, rowsPerSweep);
  if (rows.length > 0) faultPoint("dispatcher.after-touch");
  await produceClaimChecks(outbox, address, rows);
  outbox.metrics.recovered("overdue", rows.length);
  return rows.length;
}
