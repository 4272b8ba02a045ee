import { promoteOrder } from "../job-orders.ts";
import { underWay, type Policy } from "../verdict.ts";
import { runSingleJob } from "./run-single-job.ts";

/** Makes a verified and approved generation live. Stands behind `approval` in the chain. */
export const promote: Policy = (situation) => {
  const { run, observed } = situation;
  const { ledger } = observed;
  if (ledger?.state !== "verified") return null;
  const onTheWay = {
    phase: "Promoting",
    condition: "Promoted",
    reason: "Promoting",
    message: "making the bills live",
  } as const;
  if (ledger.digest === null) return underWay(onTheWay);
  const order = promoteOrder(run, ledger.generation, ledger.digest);
  return runSingleJob(situation, order, onTheWay, "PromoteFailed");
};
