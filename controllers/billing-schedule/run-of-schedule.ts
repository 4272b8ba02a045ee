import { apiVersion } from "../../crds/billing-run.ts";
import { scheduleLabel } from "../../crds/schedule-names.ts";
import type { KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import { firingAnnotation } from "./kubernetes-names.ts";
import type { ScheduledRun } from "./observed-schedule.ts";
import type { ScheduleAction } from "./schedule-action.ts";
import type { BillingSchedule } from "./schedule.ts";

/** A BillingRun, as far as its schedule cares. */
export interface ScheduledRunObject extends KubernetesObject {
  readonly spec?: { readonly period?: string };
  readonly status?: {
    readonly completionTime?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

/** The run as the decision sees it. A run that is being deleted still is one, until it is gone. */
export function scheduledRun({ metadata, spec, status }: ScheduledRunObject): ScheduledRun {
  const condition = (type: string): { readonly lastTransitionTime?: string } | undefined =>
    status?.conditions?.find((seen) => seen.type === type && seen.status === "True");
  const finished = condition("Finished");
  const finishedAt = status?.completionTime ?? finished?.lastTransitionTime;
  const firing = Date.parse(metadata.annotations?.[firingAnnotation] ?? "");
  const { name, uid = "", creationTimestamp = "" } = metadata;
  return {
    ...{ name, uid, period: spec?.period ?? "" },
    // Labelled by hand: then it counts from its creation.
    firingMs: Number.isNaN(firing) ? Date.parse(creationTimestamp) : firing,
    outcome: finished === undefined ? "unfinished" : condition("Promoted") ? "succeeded" : "failed",
    finishedAtMs: finished === undefined || finishedAt === undefined ? null : Date.parse(finishedAt),
  };
}

/** Whether a run of the schedule has ended: the only change of it that moves the schedule. */
export function hasEnded(run: ScheduledRunObject): boolean {
  return (
    run.status?.conditions?.some(({ type, status }) => type === "Finished" && status === "True") === true
  );
}

/** The BillingRun of a firing, from the schedule's template. */
export function runManifest(
  { metadata, spec }: BillingSchedule,
  { name, period, firingMs }: Extract<ScheduleAction, { kind: "createRun" }>,
): object {
  const { labels = {}, annotations = {} } = spec.runTemplate.metadata ?? {};
  return {
    apiVersion,
    kind: "BillingRun",
    metadata: {
      name,
      labels: { ...labels, [scheduleLabel]: metadata.name },
      annotations: { ...annotations, [firingAnnotation]: new Date(firingMs).toISOString() },
    },
    spec: { ...spec.runTemplate.spec, period },
  };
}
