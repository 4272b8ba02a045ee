import type { Run } from "../crds/run-object.ts";

/** How far one of the two long stages of a run is. */
export interface StageProgress {
  readonly stage: "settle" | "deliver";
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** What the pace is told in: accounts settled, messages at their end. */
  readonly paced: { readonly done: number; readonly total: number; readonly unit: string };
}

/** The stages of a run that have begun, in order. */
export function progressOf({ spec, status }: Run): StageProgress[] {
  if (status?.generation == null) return [];
  const { members, partitions } = status;
  const settle: StageProgress = {
    stage: "settle",
    done: partitions.succeeded,
    total: partitions.total,
    unit: "partitions",
    paced: {
      done: members.billed + members.held + members.excluded,
      total: members.expected,
      unit: "accounts",
    },
  };
  const { scheduled, queued, sent, failed, dead } = status.notifications;
  const all = scheduled + queued + sent + failed + dead;
  if (spec.dispatch.release === "None" || all === 0) return [settle];
  const messages = { done: sent + failed + dead, total: all, unit: "messages" };
  return [settle, { stage: "deliver", ...messages, paced: messages }];
}

/** `████░░░░`, of `width` characters. Full only when all is done. */
export function bar(done: number, total: number, width: number): string {
  const filled = total === 0 ? 0 : Math.min(width, Math.floor((done * width) / total));
  return "█".repeat(filled) + "░".repeat(width - filled);
}

/** Milliseconds until the stage is done at this pace; null when nothing is left or nothing moves. */
export function leftMs({ paced }: StageProgress, perSecond: number | null): number | null {
  const left = paced.total - paced.done;
  return perSecond === null || perSecond <= 0 || left <= 0 ? null : (left / perSecond) * 1_000;
}

/** `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 2_880
    ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    : `${Math.round(minutes / 1_440)} days`;
}
