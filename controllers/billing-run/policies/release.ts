import type { LedgerFacts } from "../../../database/run-ledger/ledger-facts.ts";
import type { Action, ReleaseFrom } from "../action.ts";
import { finished, underWay, waiting, type Policy, type Verdict } from "../verdict.ts";

/** Bills are live; whether and from when on messages may leave is a question of its own. */
export const release: Policy = ({ run, observed: { ledger } }) => {
  if (ledger?.state !== "live") return null;
  const { release: wanted, releaseAt } = run.spec.dispatch;
  if (ledger.released) return reserved(ledger, wanted === "Automatic" ? (releaseAt ?? "now") : null);
  switch (wanted) {
    case "None":
      return finished({
        phase: "Completed",
        condition: "Finished",
        reason: "Completed",
        message: "bills are live; no messages were asked for",
      });
    case "Manual":
      return waiting({
        phase: "AwaitingRelease",
        condition: "Dispatched",
        reason: "AwaitingRelease",
        message: "bills are live; set spec.dispatch.release to Automatic to let the messages leave",
      });
    case "Automatic":
      return underWay(
        {
          phase: "Delivering",
          condition: "Dispatched",
          reason: "ReleaseRequested",
          message: "releasing the messages",
        },
        [releaseFrom(ledger, releaseAt ?? "as-planned")],
      );
  }
};

/**
 * Released, but for an instant that has not come. The messages are due then, so nobody has to be there to let them go; this
 * only says so, and moves them when the instant wanted is another one. Null `wanted` = whatever it is now.
 */
function reserved(ledger: LedgerFacts, wanted: ReleaseFrom | null): Verdict | null {
  const { reservedUntilMs } = ledger;
  if (reservedUntilMs === null) return null;
  const same = wanted === null || Date.parse(wanted) === reservedUntilMs;
  const at = new Date(reservedUntilMs).toISOString();
  const words = { phase: "Reserved", condition: "Dispatched" } as const;
  if (same) {
    const message = `bills are live; messages leave from ${at} on`;
    return underWay({ ...words, reason: "ReleaseReserved", message });
  }
  const message = `moving the release from ${at} to ${wanted}`;
  return underWay({ ...words, reason: "ReleaseRequested", message }, [releaseFrom(ledger, wanted)]);
}

function releaseFrom({ generation }: LedgerFacts, from: ReleaseFrom): Action {
  return { kind: "releaseGeneration", generation, from };
}
