import { verifyOrder } from "../job-orders.ts";
import { finished, type Policy } from "../verdict.ts";
import { runSingleJob } from "./run-single-job.ts";

/** A settled generation is proved before anybody may approve it. A proof that failed ends the run. */
export const verify: Policy = (situation) => {
  const { run, observed } = situation;
  const { ledger } = observed;
  if (ledger?.state !== "settling") return null;
  const order = verifyOrder(run, ledger.generation);
  const broken = ledger.proof?.filter((check) => !check.holds).map((check) => check.name) ?? [];
  const job = observed.jobs.find((candidate) => candidate.name === order.name);
  // A failed proof stands until a person asks for another by raising retryGeneration; a lost Job does not repeat it.
  const stands = job?.state === "failed" || (job === undefined && run.spec.retryGeneration === 0);
  if (broken.length > 0 && stands) {
    return finished({
      phase: "Failed",
      condition: "Verified",
      reason: "ProofFailed",
      message: `does not hold: ${broken.join(", ")}`,
    });
  }
  const onTheWay = {
    phase: "Verifying",
    condition: "Verified",
    reason: "Verifying",
    message: "proving the generation from its tables",
  } as const;
  return runSingleJob(situation, order, onTheWay, "VerifyFailed");
};
