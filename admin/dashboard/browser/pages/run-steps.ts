import type { Run } from "../answers.ts";
import { t, type Word } from "../i18n.ts";
import type { Step } from "../ui/progress.ts";

const names: readonly Word[] = [
  "phase.prepare",
  "phase.settle",
  "phase.verify",
  "phase.approve",
  "phase.promote",
  "phase.deliver",
];

/** Which step a phase is of; what stands still is found by the ledger. */
const stepOfPhase: Readonly<Record<string, number>> = {
  ...{ Pending: 0, Preparing: 0, Settling: 1, Verifying: 2, AwaitingApproval: 3, Promoting: 4 },
  ...{ AwaitingRelease: 5, Reserved: 5, Delivering: 5, Completed: 6, Superseded: 6 },
};
const waits = new Set(["AwaitingApproval", "AwaitingRelease", "Reserved", "Suspended", "Pending"]);
const over = new Set(["Failed", "Cancelled", "Cancelling"]);

/** The run as steps: what is done, where it is, what is to come. */
export function stepsOf(run: Run): readonly Step[] {
  const phase = run.phase ?? "Pending";
  const at = stepOfPhase[phase] ?? stepByLedger(run);
  return names.map((word, index) => ({
    name: t(word),
    state: stateOf(index, at, phase),
    ...noteOf(index, run),
  }));
}

function stateOf(index: number, at: number, phase: string): Step["state"] {
  if (index < at) return "done";
  if (index > at) return "later";
  if (over.has(phase)) return "failed";
  return waits.has(phase) ? "wait" : "now";
}

function stepByLedger({ ledger, partitionGrid }: Run): number {
  if (ledger === null) return 0;
  if (ledger.promotedAt !== null) return 5;
  if (ledger.state === "verified") return 3;
  return partitionGrid.every(({ state }) => state === "done") ? 2 : 1;
}

function noteOf(index: number, { progress, partitionGrid, ledger, notifications }: Run): { note?: string } {
  if (index === 1 && partitionGrid.length > 0) {
    const done = partitionGrid.filter(({ state }) => state === "done").length;
    return { note: `${done}/${partitionGrid.length}` };
  }
  if (index === 2 && ledger?.proof != null) {
    return { note: `${ledger.proof.filter(({ holds }) => holds).length}/${ledger.proof.length}` };
  }
  return index === 5 && notifications !== null && ledger?.promotedAt != null ? { note: progress } : {};
}
