import { formatMinor } from "../billing/money/format-minor.ts";
import type { BillingRunStatus } from "../crds/billing-run-status.ts";
import type { Run } from "../crds/run-object.ts";
import { bar, durationText, leftMs, progressOf, type StageProgress } from "./run-progress.ts";

const barWidth = 32;

/** What cannot be read from the run alone: the time, and the pace of each stage that was watched. */
export interface Pace {
  readonly nowMs: number;
  readonly perSecond: (stage: StageProgress["stage"]) => number | null;
}

/** One look at a run, and no pace. */
export function withoutPace(nowMs: number): Pace {
  return { nowMs, perSecond: () => null };
}

/** How a run stands, for a person: head, bars, counts, and the sentence that says what it does or waits for. */
export function runText(run: Run, pace: Pace): string {
  const { status } = run;
  if (status === undefined) return `${headOf(run)}\n\n  The operator has not looked at it yet.`;
  const { members, totals, notifications, partitions } = status;
  const bars = progressOf(run).map((stage) => barLine(run, stage, pace));
  const failed = partitions.failedIndexes;
  const facts = [
    `accounts       ${count(members.expected)}: ${count(members.billed)} billed, ${count(members.held)} held, ${count(members.excluded)} not in the period`,
    `amount         ${totals === null ? "-" : formatMinor(BigInt(totals.amountMinor), totals.currency)}`,
    ...messageLine(notifications),
    ...overdueLine(run),
    ...(failed.length === 0 ? [] : [`failed         partitions ${failed.join(", ")}`]),
    ...(status.digest === null ? [] : [`digest         ${status.digest}`]),
  ];
  return [
    headOf(run),
    "",
    ...bars,
    ...(bars.length === 0 ? [] : [""]),
    ...indented(facts),
    "",
    ...indented([sentenceOf(run)]),
  ].join("\n");
}

/** The conditions of a run, a line each. */
export function conditionsText({ status }: Run): string {
  const lines = (status?.conditions ?? []).map(({ type, status: value, reason, message }) =>
    `${type.padEnd(11)} ${value.padEnd(6)} ${reason.padEnd(20)} ${message}`.trimEnd(),
  );
  return ["conditions", ...indented(lines)].join("\n");
}

/** What the run does, waits for, or ended with. */
export function sentenceOf({ status }: Run): string {
  const finished = status?.conditions.find(
    ({ type, status: value }) => type === "Finished" && value === "True",
  );
  const current = status?.conditions.find(
    ({ status: value, message }) => value === "False" && message !== "",
  );
  // The digest has a line of its own, and `approve` finds it by itself.
  return ((finished ?? current)?.message ?? "").replace(/approve digest [0-9a-f]{64}/, "approve it");
}

/** One line of a log: what changed, for a watch whose output is no terminal. */
export function runLine(run: Run): string {
  const { phase = "Pending", progress = "" } = run.status ?? {};
  return `${phase.padEnd(16)} ${progress.padEnd(11)} ${sentenceOf(run)}`.trimEnd();
}

/** Before promotion there are none, and four zeros would only be in the way. */
function messageLine({ scheduled, queued, sent, failed, dead }: BillingRunStatus["notifications"]): string[] {
  if (scheduled + queued + sent + failed + dead === 0) return [];
  const ends = `${count(sent)} sent, ${count(dead)} given up, ${count(failed)} dropped`;
  return [`messages       ${ends}; ${count(queued)} on their way, ${count(scheduled)} scheduled`];
}

/** Somebody should look: more than a count in a line of counts. */
function overdueLine({ status }: Run): string[] {
  const overdue = status?.conditions.find(
    ({ type, status: value }) => type === "Overdue" && value === "True",
  );
  return overdue === undefined ? [] : [`overdue        ${overdue.message}`];
}

function headOf({ metadata, spec, status }: Run): string {
  const generation = status?.generation == null ? "" : `, generation ${status.generation}`;
  return `${metadata.name}  ${spec.period}${generation}  ${status?.phase ?? "Pending"}`;
}

function barLine(run: Run, stage: StageProgress, pace: Pace): string {
  const percent = stage.total === 0 ? 100 : Math.floor((stage.done * 100) / stage.total);
  const perSecond = stage.done < stage.total ? pace.perSecond(stage.stage) : null;
  const rate = perSecond === null ? "" : `${count(Math.round(perSecond))} ${stage.paced.unit}/s`;
  const left = leftMs(stage, perSecond) ?? estimatedLeftMs(run, stage, pace.nowMs);
  const parts = [
    `${bar(stage.done, stage.total, barWidth)} ${String(percent).padStart(3)} %`,
    `${count(stage.done)}/${count(stage.total)} ${stage.unit}`,
    rate,
    left === null ? "" : `${durationText(left)} left`,
  ];
  return `  ${stage.stage.padEnd(8)}${parts.filter((part) => part !== "").join("  ")}`;
}

/** Before a pace was seen, the operator's own estimate, which is of settlement. */
function estimatedLeftMs({ status }: Run, { stage }: StageProgress, nowMs: number): number | null {
  const estimate = status?.estimatedCompletionTime ?? null;
  if (stage !== "settle" || estimate === null || status?.phase !== "Settling") return null;
  return Math.max(0, Date.parse(estimate) - nowMs);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function count(value: number): string {
  return value.toLocaleString("en");
}
