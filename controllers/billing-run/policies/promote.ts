import { policyRefusal, type Refusal } from "../admission.ts";
import { promoteOrder } from "../job-orders.ts";
import { underWay, type Policy, type Verdict } from "../verdict.ts";
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
  const policy = observed.policy?.kind === "resolved" ? observed.policy.policy : null;
  const order = promoteOrder(run, { generation: ledger.generation, digest: ledger.digest, policy });
  // A Job that is there has its policy already; one that is not waits for one.
  const refused = observed.jobs.some((job) => job.name === order.name) ? null : policyRefusal(situation);
  if (refused !== null) return waitForPolicy(refused);
  return runSingleJob(situation, order, onTheWay, "PromoteFailed");
};

/** The policy went away, or was spoilt, since the run was accepted. */
function waitForPolicy(refusal: Refusal): Verdict {
  const verdict = underWay({ phase: "Promoting", condition: "Promoted", ...refusal });
  return { ...verdict, actions: [{ kind: "requeue", afterMs: 30_000 }] };
}
