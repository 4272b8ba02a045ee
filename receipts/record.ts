import { knownEvents } from "../database/receipts/known-events.ts";
import { recordReceipts } from "../database/receipts/record-receipts.ts";
import type { Receipt } from "../database/receipts/receipt-row.ts";
import { giveUpWaiting, lockNamedReceipts, settleWaiting } from "../database/receipts/waiting-receipts.ts";
import { faultPoint } from "../platform/fault-points.ts";
import { inTransaction, type Pool, type Queryable } from "../platform/postgres.ts";
import { applyReceipts, type Applied } from "./apply.ts";

/** Deadlock or serialization failure: the transaction is gone, and doing it again can help. */
const lostRaces: ReadonlySet<unknown> = new Set(["40P01", "40001"]);
const maxTries = 5;
const rowsPerSweep = 500;

/** What became of the events of one request. */
export interface Recorded extends Applied {
  /** Numbers of events that were recorded before: they change nothing. */
  readonly repeated: ReadonlySet<string>;
}

/**
 * Records the receipts of one source and applies them, in one transaction: when this returns, both are committed. An
 * event that was recorded before, or comes twice in the batch, is applied once.
 */
export async function recordEvents(
  pool: Pool,
  source: string,
  receipts: readonly Receipt[],
): Promise<Recorded> {
  const recorded = await inTransactionUntilWon(pool, async (client) => {
    const repeated = await knownEvents(
      client,
      source,
      receipts.map(({ eventId }) => eventId),
    );
    const fresh = new Map<string, Receipt>();
    for (const receipt of receipts) {
      if (!repeated.has(receipt.eventId) && !fresh.has(receipt.eventId)) fresh.set(receipt.eventId, receipt);
    }
    const applied = await applyReceipts(client, source, [...fresh.values()]);
    await recordReceipts(client, source, applied.judged);
    faultPoint("receipts.before-commit");
    return { ...applied, repeated };
  });
  faultPoint("receipts.after-commit");
  return recorded;
}

/**
 * Applies receipts that came before the result which names their message, and gives up those that have waited for too
 * long. Returns what was applied, by source, and how many were given up.
 */
export async function sweepWaiting(
  pool: Pool,
  patienceMs: number,
): Promise<{ readonly applied: ReadonlyMap<string, Applied>; readonly givenUp: number }> {
  const applied = await inTransactionUntilWon(pool, async (client) => {
    const waiting = await lockNamedReceipts(client, rowsPerSweep);
    const bySource = Map.groupBy(waiting, ({ source }) => source);
    const all = new Map<string, Applied>();
    for (const [source, receipts] of bySource) {
      const one = await applyReceipts(client, source, receipts);
      const settled = one.judged.map((judged, index) => ({ id: receipts[index]?.id ?? 0, judged }));
      await settleWaiting(client, settled);
      all.set(source, one);
    }
    return all;
  });
  return { applied, givenUp: await giveUpWaiting(pool, patienceMs) };
}

/** Consumers write results in their own order of rows, so a batch can be the victim of a deadlock. */
async function inTransactionUntilWon<Result>(
  pool: Pool,
  work: (client: Queryable) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(pool, work);
    } catch (error) {
      if (tries >= maxTries || !lostRaces.has((error as { code?: unknown }).code)) throw error;
    }
  }
}
