import { ExitCode } from "../../../platform/exit-codes.ts";
import { lastWordsOf } from "../../last-words.ts";
import { jobContainer } from "./names.ts";
import type { KubernetesPod } from "./objects.ts";

/** A pod that does not start at once is pulling its image, or waits for a node that is being added. */
const patienceMs = 30_000;

/** How the last pod that failed for a reason of its own ended; null when none did. */
export function lastFailure(
  pods: readonly KubernetesPod[],
): { readonly exitCode: number; readonly message: string } | null {
  const failures = pods.flatMap((pod) => {
    const ended = pod.status?.containerStatuses?.find(({ name }) => name === jobContainer)?.state?.terminated;
    if (ended === undefined) return pod.status?.phase === "Failed" ? [withoutExit(pod)] : [];
    if (ended.exitCode === ExitCode.done || ended.exitCode === ExitCode.interrupted) return [];
    const message = lastWordsOf(ended.message ?? "") || (ended.reason ?? "it said nothing");
    return [{ at: ended.finishedAt ?? "", exitCode: ended.exitCode, message }];
  });
  const [last] = failures.sort((a, b) => (a.at < b.at ? 1 : -1));
  return last === undefined ? null : { exitCode: last.exitCode, message: last.message };
}

/** A pod that was evicted, or whose node went away: nobody knows its exit code. */
function withoutExit({ status }: KubernetesPod): { at: string; exitCode: number; message: string } {
  const message = [status?.reason, status?.message].filter(Boolean).join(": ");
  return { at: "", exitCode: ExitCode.failed, message: message || "the pod is gone" };
}

/** The first pod that should have started by now, with what it waits for; null when there is none. */
export function stuckPod(pods: readonly KubernetesPod[], nowMs: number): string | null {
  for (const { metadata, status } of pods) {
    const createdMs = Date.parse(metadata.creationTimestamp ?? "");
    if (status?.phase !== "Pending" || !(nowMs - createdMs > patienceMs)) continue;
    const why = waitingFor(status);
    if (why !== null) return `pod ${metadata.name} does not start: ${why}`;
  }
  return null;
}

function waitingFor(status: NonNullable<KubernetesPod["status"]>): string | null {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const waiting = containers
    .map(({ state }) => state?.waiting)
    .find((found) => found?.reason !== undefined && !startsByItself.has(found.reason));
  const unscheduled = status.conditions?.find(
    ({ type, status: value }) => type === "PodScheduled" && value === "False",
  );
  const found = waiting ?? unscheduled;
  return found === undefined ? null : [found.reason, found.message].filter(Boolean).join(": ");
}

const startsByItself: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing"]);
