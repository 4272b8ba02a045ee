import { finished, type Policy } from "../verdict.ts";

/** A run whose generation was abandoned or replaced has ended, whatever its spec says now. */
export const end: Policy = ({ observed: { ledger } }) => {
  if (ledger?.state === "abandoned") {
    return finished({
      phase: "Cancelled",
      condition: "Finished",
      reason: "Cancelled",
      message: `generation ${ledger.generation} was abandoned; no bill of it ever became live`,
    });
  }
  if (ledger?.state === "superseded") {
    return finished({
      phase: "Superseded",
      condition: "Finished",
      reason: "Superseded",
      message: `a newer generation than ${ledger.generation} is live`,
    });
  }
  return null;
};
