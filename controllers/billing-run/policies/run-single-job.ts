import type { JobOrder } from "../../job-runner.ts";
import { finished, underWay, type Situation, type Verdict } from "../verdict.ts";

type Words = Pick<Verdict, "phase" | "condition" | "reason" | "message">;

/**
 * Starts the Job if it does not exist, and follows it. A Job that has succeeded while the ledger does not show it yet
 * is waited for: Jobs and ledger are not seen at the same instant.
 */
export function runSingleJob(
  { observed }: Situation,
  order: JobOrder,
  onTheWay: Words,
  failureReason: Verdict["reason"],
): Verdict {
  // A retry that is asked for while the Job still runs waits for its end: two would do the same work.
  if (observed.jobs.some((candidate) => candidate.state === "active")) return underWay(onTheWay);
  const job = observed.jobs.find((candidate) => candidate.name === order.name);
  if (job === undefined) return underWay(onTheWay, [{ kind: "startJob", order }]);
  if (job.state !== "failed" || job.stopping) return underWay(onTheWay);
  const message = job.failure?.message ?? "";
  return finished({ ...onTheWay, phase: "Failed", reason: failureReason, message });
}
