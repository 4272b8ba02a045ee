import type { JobFacts } from "../../job-runner.ts";
import type { Action } from "../action.ts";
import { canaryGate } from "../gates.ts";
import { jobName, settleOrder, settleStep, type SettleStage } from "../job-orders.ts";
import type { LedgerFacts, PartitionFacts } from "../../../database/run-ledger/ledger-facts.ts";
import { canaryDigest, canaryIndexes, canaryPartitions } from "../canary.ts";
import { finished, underWay, waiting, type Policy, type Situation, type Verdict } from "../verdict.ts";

/** Settles the canary partitions, looks at them, then settles the rest. What is done is never done again. */
export const settle: Policy = (situation) => {
  const { run, observed } = situation;
  const { ledger } = observed;
  if (ledger?.state !== "settling" || unsettled(ledger.partitions).length === 0) return null;
  const active = observed.jobs.find((job) => job.kind === "settle" && job.state === "active");
  if (active !== undefined) return follow(situation, ledger, active);
  const canary = new Set(canaryIndexes(run.spec));
  const canaryLeft = unsettled(ledger.partitions).filter((index) => canary.has(index));
  if (canaryLeft.length > 0) return start(situation, ledger, "canary", canaryLeft);
  return holdAfterCanary(situation, ledger) ?? start(situation, ledger, "main", unsettled(ledger.partitions));
};

function unsettled(partitions: readonly PartitionFacts[]): number[] {
  return partitions.filter((partition) => partition.state !== "done").map((partition) => partition.index);
}

function words({ run }: Situation, ledger: LedgerFacts, stage: SettleStage): Parameters<typeof underWay>[0] {
  const canary = stage === "canary";
  const partitions = canary ? canaryPartitions(run.spec, ledger) : ledger.partitions;
  const done = partitions.length - unsettled(partitions).length;
  return {
    phase: "Settling",
    condition: "Settled",
    reason: canary ? "SettlingCanary" : "Settling",
    message: `${done} of ${partitions.length} ${canary ? "canary " : ""}partitions settled`,
  };
}

function follow(situation: Situation, ledger: LedgerFacts, job: JobFacts): Verdict {
  const { run } = situation;
  const canary = new Set(canaryIndexes(run.spec));
  const stage = job.indexes.every(({ index }) => canary.has(index)) ? "canary" : "main";
  const { parallelism } = run.spec;
  const resize: Action = { kind: "setParallelism", jobName: job.name, parallelism };
  const needed = job.parallelism !== parallelism && !job.stopping;
  return underWay(words(situation, ledger, stage), needed ? [resize] : []);
}

function start(
  situation: Situation,
  ledger: LedgerFacts,
  stage: SettleStage,
  indexes: readonly number[],
): Verdict {
  const { run, observed } = situation;
  const name = jobName(run, settleStep(ledger.generation, stage));
  const existing = observed.jobs.find((job) => job.name === name);
  if (existing?.state === "failed" && !existing.stopping) return failed(existing);
  if (existing !== undefined) return waitOrFree(words(situation, ledger, stage), existing, indexes);
  const order = settleOrder(run, ledger.generation, stage, indexes);
  return underWay(words(situation, ledger, stage), [{ kind: "startJob", order }]);
}

/**
 * Of what the Job has settled, the ledger will show it. Where canary partitions were added since it has not all: it is
 * removed, so that its name is free for another, or the run would wait for ever.
 */
function waitOrFree(
  onTheWay: Parameters<typeof underWay>[0],
  job: JobFacts,
  indexes: readonly number[],
): Verdict {
  const ordered = new Set(job.indexes.map(({ index }) => index));
  const covered = indexes.every((index) => ordered.has(index));
  return underWay(onTheWay, covered || job.stopping ? [] : [{ kind: "stopJob", jobName: job.name }]);
}

function failed(job: JobFacts): Verdict {
  const indexes = job.indexes.filter((index) => index.state === "failed").map(({ index }) => index);
  return finished({
    phase: "Failed",
    condition: "Settled",
    reason: "PartitionsFailed",
    message: `partitions ${indexes.join(", ") || "-"} failed: ${job.failure?.message ?? "unknown"}; raise spec.retryGeneration to try these again`,
  });
}

function holdAfterCanary({ run }: Situation, ledger: LedgerFacts): Verdict | null {
  const gate = canaryGate(run.spec, ledger);
  if (gate === null) return null;
  const digest = canaryDigest(run.spec, ledger);
  if (run.spec.approvedDigest === digest) return null;
  return waiting({
    phase: "AwaitingApproval",
    condition: "Approved",
    reason: gate.reason,
    message: `canary: ${gate.message}; approve digest ${digest} to settle the rest`,
  });
}
