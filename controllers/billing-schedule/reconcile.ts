import { isDeepStrictEqual } from "node:util";
import type { BillingScheduleStatus } from "../../crds/billing-schedule.ts";
import { apiVersion } from "../../crds/billing-run.ts";
import { statusToApply } from "../../crds/status-to-apply.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";
import { billingRuns } from "../billing-run/kubernetes/names.ts";
import { createRun, type Creation } from "./create-run.ts";
import { decideSchedule, refuseSchedule, type ScheduleDecision } from "./decide.ts";
import { scheduleLabel } from "../../crds/schedule-names.ts";
import { scheduleStatusManager } from "./kubernetes-names.ts";
import type { ScheduledRun } from "./observed-schedule.ts";
import { scheduledRun, type ScheduledRunObject } from "./run-of-schedule.ts";
import type { ScheduleEvent } from "./schedule-action.ts";
import { readSchedule, scheduleAddress, type ReadSchedule, type ScheduleObject } from "./schedule-object.ts";
import { withheld } from "./withheld-firing.ts";

/** Everything that reconciling touches. */
export interface ScheduleWorld {
  readonly kubernetes: Kubernetes;
  /** The BillingSchedules as the watch shows them, by `namespace/name`. */
  readonly schedules: ReadonlyMap<string, ScheduleObject>;
  readonly nowMs: () => number;
  readonly emit: (object: ScheduleObject, event: ScheduleEvent) => void;
}

/** A run that could not be created may be possible later, and nothing would announce it. */
const createAgainMs = 60_000;

/** One look at the schedule of this key; returns after how many milliseconds to look again, null = when told. */
export async function reconcileSchedule(world: ScheduleWorld, key: string): Promise<number | null> {
  const { kubernetes } = world;
  const seen = world.schedules.get(key);
  if (seen === undefined) return null;
  // 1. What is, from the server itself: a cache that is behind would fire for what was fired already.
  const object = await kubernetes.get<ScheduleObject>(scheduleAddress(seen));
  if (object === null || object.metadata.deletionTimestamp !== undefined) return null;
  const read = readSchedule(object);
  const runs = await runsOf(kubernetes, object);
  // 2. What is to be done.
  const decision = decide(read, { nowMs: world.nowMs(), runs });
  // 3. Done, the run before the status: a crash in between repeats, and the name makes the repeat harmless.
  const created = await act(world, { object, read, decision });
  faultPoint("schedule.after-actions");
  // 4. One write of the status, refused if the schedule has changed since it was read; then its news.
  const former = read.kind === "valid" ? read.schedule.status : read.head.status;
  const kept = created !== null && created.kind !== "created" ? created : null;
  const final = kept === null ? decision : withheld(decision, former, kept, world.nowMs());
  await writeStatus(kubernetes, object, former, final.status);
  for (const event of final.events) world.emit(object, event);
  // 5. When to look again.
  if (kept !== null) return createAgainMs;
  const wakes = decision.actions.flatMap((action) => (action.kind === "requeue" ? action.afterMs : []));
  return wakes[0] ?? null;
}

function decide(
  read: ReadSchedule,
  observed: { readonly nowMs: number; readonly runs: readonly ScheduledRun[] },
): ScheduleDecision {
  return read.kind === "valid"
    ? decideSchedule(read.schedule, observed)
    : refuseSchedule(read.head, observed, { reason: "SpecInvalid", message: read.problem });
}

async function runsOf(kubernetes: Kubernetes, { metadata }: ScheduleObject): Promise<ScheduledRun[]> {
  const { items } = await kubernetes.list<ScheduledRunObject>(billingRuns, {
    namespace: metadata.namespace ?? "",
    labelSelector: `${scheduleLabel}=${metadata.name}`,
  });
  return items.map(scheduledRun);
}

interface Turn {
  readonly object: ScheduleObject;
  readonly read: ReadSchedule;
  readonly decision: ScheduleDecision;
}

async function act(world: ScheduleWorld, { object, read, decision }: Turn): Promise<Creation | null> {
  let created: Creation | null = null;
  const namespace = object.metadata.namespace ?? "";
  for (const action of decision.actions) {
    switch (action.kind) {
      case "createRun": {
        if (read.kind === "invalid") break; // it decides nothing of the kind
        created = await createRun(world.kubernetes, namespace, read.schedule, action);
        if (created.kind !== "created" || !created.anew) break;
        const message = `created run ${action.name} for ${action.period}`;
        world.emit(object, { type: "Normal", reason: "RunCreated", message });
        break;
      }
      case "deleteRun": {
        const { name, uid } = action;
        await world.kubernetes.delete({ resource: billingRuns, namespace, name }, { uid });
        faultPoint("schedule.after-delete-run");
        break;
      }
      case "requeue":
        break;
    }
  }
  return created;
}

async function writeStatus(
  kubernetes: Kubernetes,
  object: ScheduleObject,
  former: BillingScheduleStatus | undefined,
  status: BillingScheduleStatus,
): Promise<void> {
  if (former !== undefined && isDeepStrictEqual(statusToApply(former), statusToApply(status))) return;
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const metadata = { name, namespace, uid, resourceVersion };
  const intent = { apiVersion, kind: "BillingSchedule", metadata, status: statusToApply(status) };
  await kubernetes.apply(
    { ...scheduleAddress(object), subresource: "status" },
    intent,
    scheduleStatusManager,
  );
}
