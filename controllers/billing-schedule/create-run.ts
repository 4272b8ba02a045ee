import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";
import { isAlreadyExists, isRefusal } from "../../platform/kubernetes/kubernetes-error.ts";
import { billingRuns } from "../billing-run/kubernetes/names.ts";
import { scheduleLabel } from "../../crds/schedule-names.ts";
import { runManifest, type ScheduledRunObject } from "./run-of-schedule.ts";
import type { ScheduleAction } from "./schedule-action.ts";
import type { BillingSchedule } from "./schedule.ts";

/** What came of creating a run; anything but `created` keeps the firing for later. */
export type Creation =
  /** `anew` = now, and not by an earlier try. */
  | { readonly kind: "created"; readonly anew: boolean }
  /** The server takes no such run: the template is against its rules, or a quota or a webhook is. */
  | { readonly kind: "refused"; readonly message: string }
  /** Somebody else's run has the name. */
  | { readonly kind: "name-taken"; readonly message: string };

/** Creates the run of a firing; the same firing twice creates one. Rejects when there is no answer to rely on. */
export async function createRun(
  kubernetes: Kubernetes,
  namespace: string,
  schedule: BillingSchedule,
  action: Extract<ScheduleAction, { kind: "createRun" }>,
): Promise<Creation> {
  try {
    await kubernetes.create(billingRuns, namespace, runManifest(schedule, action));
    return { kind: "created", anew: true };
  } catch (error) {
    if (isAlreadyExists(error)) return await whoseRun(kubernetes, namespace, schedule, action.name);
    // Another try later may succeed.
    if (!isRefusal(error)) throw error;
    return { kind: "refused", message: `run ${action.name} was refused: ${error.message}` };
  }
}

async function whoseRun(
  kubernetes: Kubernetes,
  namespace: string,
  { metadata }: BillingSchedule,
  name: string,
): Promise<Creation> {
  const run = await kubernetes.get<ScheduledRunObject>({ resource: billingRuns, namespace, name });
  if (run?.metadata.labels?.[scheduleLabel] === metadata.name) return { kind: "created", anew: false };
  const adopt = `label it ${scheduleLabel}=${metadata.name} to count it as this schedule's, or delete it`;
  return { kind: "name-taken", message: `run ${name} exists and is not of this schedule; ${adopt}` };
}
