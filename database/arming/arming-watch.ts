import type { Logger } from "../../platform/logger.ts";
import type { HoldMetric } from "../../platform/metrics/hold-metric.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { DeliveryHold } from "../run-ledger/ledger-facts.ts";
import { holdDelivery } from "./hold-delivery.ts";
import { readArming, type Arming } from "./read-arming.ts";

/** An answer is believed for this long: the statements that queue and claim ask for themselves. */
const believedForMs = 1_000;

/** Whether a process may dispatch or claim. */
export interface ArmingWatch {
  /** Why not; null when it may. Rejects while the database is away: then nothing is known, and nothing may be done. */
  hold(): Promise<DeliveryHold | null>;
  /** The same, asked now. */
  holdNow(): Promise<DeliveryHold | null>;
}

interface Parts {
  readonly database: Queryable;
  readonly metrics: HoldMetric;
  readonly logger: Logger;
  /** Name of the process, for the row that says who held delivery. */
  readonly by: string;
}

/**
 * Watches whether delivery is armed on the server that answers, and tells of it by a metric and one log line a change. A
 * server that has forgotten what it had on its disk for good was put back to an earlier state (a snapshot, a copy of its
 * folder), which neither its identifier nor its timeline shows: whoever sees that holds delivery for everybody.
 */
export function createArmingWatch(parts: Parts): ArmingWatch {
  let known: { readonly hold: DeliveryHold | null; readonly atMs: number } | null = null;
  let furthest: Arming | null = null;
  const holdNow = async (): Promise<DeliveryHold | null> => {
    const arming = await readArming(parts.database);
    const wentBack = isBehind(arming, furthest);
    furthest = arming;
    if (wentBack && arming.hold === null) {
      const reason = "the server has less on its disk than it had";
      await holdDelivery(parts.database, { cause: "went-back", by: parts.by, reason });
    }
    const hold = wentBack ? (arming.hold ?? "went-back") : arming.hold;
    if (known?.hold !== hold) tell(parts, hold, arming.server, known === null);
    known = { hold, atMs: performance.now() };
    return hold;
  };
  return {
    holdNow,
    hold: async () =>
      known !== null && performance.now() - known.atMs < believedForMs ? known.hold : holdNow(),
  };
}

function isBehind(now: Arming, before: Arming | null): boolean {
  if (before?.server !== now.server || now.flushedBytes === null) return false;
  // Armed since this process looked last: a person knows already, and who was slow to look must not hold it once more. An
  // earlier state of the server cannot say so, for what it says is from before that look.
  if (now.hold === null && now.changedAtMs > before.readAtMs) return false;
  return now.flushedBytes < (before.flushedBytes ?? 0);
}

function tell({ metrics, logger }: Parts, hold: DeliveryHold | null, server: string, atStart: boolean): void {
  metrics.held(hold);
  if (hold !== null)
    logger.warn({ cause: hold, server }, "delivery is held: nothing is sent until it is armed");
  else if (!atStart) logger.info({ server }, "delivery is armed");
}
