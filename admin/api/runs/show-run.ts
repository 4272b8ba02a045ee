import type { z } from "zod";
import { approvalOf } from "../../../crds/run-approval.ts";
import { changeFor, consequenceOfCancelling } from "../../../crds/run-change.ts";
import type { Run } from "../../../crds/run-object.ts";
import type { RunMakers } from "../../../database/commands/run-makers.ts";
import type { ListedGeneration } from "../../../database/generations/list-generations.ts";
import type { GridPartition } from "../../../database/generations/partition-grid.ts";
import type { Written } from "../../http/route.ts";
import { runAction, type generation, type runDetail, type runSummary } from "./run-schemas.ts";

type Summary = Written<z.input<typeof runSummary>>;
type Detail = Written<z.input<typeof runDetail>>;

/** A run as lists show it. */
export function summaryOf({ metadata, createdAt, spec, status }: Run, startedBy: string | null): Summary {
  return {
    ...{ name: metadata.name, period: spec.period, createdAt, startedBy },
    ...{ mode: spec.mode, suspended: spec.suspend, cancelled: spec.cancel },
    phase: status?.phase ?? null,
    progress: status?.progress ?? "",
    message: messageOf(status),
    generation: status?.generation ?? null,
    digest: status?.digest ?? null,
    partitions: status?.partitions ?? null,
    members: status?.members ?? null,
    totals: status?.totals ?? null,
    notifications: status?.notifications ?? null,
    startTime: status?.startTime ?? null,
    completionTime: status?.completionTime ?? null,
    estimatedCompletionTime: status?.estimatedCompletionTime ?? null,
  };
}

/** The sentence of the condition that the run is at; that of its end once it has ended. */
function messageOf(status: Run["status"]): string {
  const conditions = status?.conditions ?? [];
  const ended = conditions.find(({ type, status: value }) => type === "Finished" && value === "True");
  const current = conditions.find(({ status: value, message }) => value === "False" && message !== "");
  return (ended ?? current)?.message ?? "";
}

/** What the ledger and the orders say of a run. */
export interface RunBackground {
  readonly makers: RunMakers | undefined;
  readonly ledger: ListedGeneration | null;
  readonly grid: readonly GridPartition[];
  /** What its bills are, or will be, compared with. */
  readonly baseline: { readonly period: string; readonly generation: number } | null;
}

/** One run, whole. */
export function detailOf(run: Run, { makers, ledger, grid, baseline }: RunBackground): Detail {
  const approval = approvalOf(run);
  const { kind, ...waiting } = approval;
  return {
    ...summaryOf(run, makers?.startedBy ?? null),
    specGeneration: run.metadata.generation,
    lastChangedBy: makers?.lastChangedBy ?? null,
    spec: { ...run.spec },
    status: run.status ?? null,
    approval: { state: kind, ...waiting } as Detail["approval"],
    actions: runAction.options.map((action) => {
      const change = changeFor(action, run);
      const allowed = change.kind === "patch";
      return { action, allowed, why: allowed ? "" : change.why };
    }),
    consequenceOfCancelling: consequenceOfCancelling(run),
    ledger: ledger && generationOf(ledger),
    baseline: baseline && { period: baseline.period, generation: baseline.generation },
    partitionGrid: [...grid],
    pace: ledger && paceOf(grid, Date.now()),
  };
}

/** A generation as it is shown. */
export function generationOf(row: ListedGeneration): Written<z.input<typeof generation>> {
  const { expected, billed, held, excluded, totalMinor, currency, proof, ...rest } = row;
  return {
    ...rest,
    members: { expected, billed: billed ?? 0, held: held ?? 0, excluded: excluded ?? 0 },
    totals: totalMinor === null ? null : { amountMinor: totalMinor, currency },
    proof: proof && [...proof],
  };
}

/** How fast partitions become done, counted in members, from the first start to the last end, or to now while some are left. */
export function paceOf(grid: readonly GridPartition[], nowMs: number): NonNullable<Detail["pace"]> {
  const done = grid.filter(({ state }) => state === "done");
  const sum = (partitions: readonly GridPartition[]): number =>
    partitions.reduce((members, partition) => members + partition.members, 0);
  const starts = grid.flatMap(({ startedAt }) => startedAt?.getTime() ?? []);
  const ends = done.flatMap(({ finishedAt }) => finishedAt?.getTime() ?? []);
  const left = sum(grid) - sum(done);
  const running = grid.some(({ state }) => state === "running");
  const untilMs = running ? nowMs : Math.max(...ends);
  const seconds = (untilMs - Math.min(...starts)) / 1_000;
  const measured = done.length > 0 && seconds > 0;
  const membersPerSecond = measured ? Math.round((sum(done) / seconds) * 10) / 10 : null;
  const leftMs = running && membersPerSecond ? (left / membersPerSecond) * 1_000 : null;
  return {
    ...{ membersPerSecond, membersDone: sum(done), membersTotal: sum(grid) },
    estimatedCompletionTime: leftMs === null ? null : new Date(nowMs + leftMs),
  };
}
