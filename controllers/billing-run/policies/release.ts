import { finished, underWay, waiting, type Policy } from "../verdict.ts";

/** Bills are live; whether messages may leave is a question of its own. */
export const release: Policy = ({ run, observed: { ledger } }) => {
  if (ledger?.state !== "live" || ledger.released) return null;
  switch (run.spec.dispatch.release) {
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
        [{ kind: "releaseGeneration", generation: ledger.generation }],
      );
  }
};
