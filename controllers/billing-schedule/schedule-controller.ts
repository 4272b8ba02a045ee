import { billingRuns } from "../billing-run/kubernetes/names.ts";
import type { Controller, OperatorParts } from "../operator/controller.ts";
import type { Change } from "../runtime/object-store.ts";
import { scheduleLabel } from "../../crds/schedule-names.ts";
import { billingSchedules } from "./kubernetes-names.ts";
import { reconcileSchedule } from "./reconcile.ts";
import { hasEnded, type ScheduledRunObject } from "./run-of-schedule.ts";
import type { ScheduleObject } from "./schedule-object.ts";

/** The controller of BillingSchedules. `nowMs` is the clock that they fire by. */
export function createScheduleController(parts: OperatorParts, nowMs: () => number = Date.now): Controller {
  const { kubernetes, events } = parts;
  const schedules = parts.follow<ScheduleObject>(billingSchedules);
  const runs = parts.follow<ScheduledRunObject>(billingRuns);
  const world = {
    ...{ kubernetes, schedules: schedules.objects, nowMs },
    emit: (object, { type, reason, message }) => {
      events.record(object, { type, reason, action: "Schedule", note: message });
    },
  } satisfies Parameters<typeof reconcileSchedule>[0];
  const queue = parts.createQueue("billing-schedule", (key) => reconcileSchedule(world, key));
  schedules.subscribe((change) => {
    if (concernsUs(change)) queue.add(change.key);
  });
  runs.subscribe((change) => {
    const key = scheduleKey(change);
    if (key !== null) queue.add(key);
  });
  return {
    name: "billing-schedule",
    run: async (signal) => {
      await Promise.all([schedules.synced, runs.synced]);
      for (const key of schedules.objects.keys()) queue.add(key);
      await queue.run(signal);
    },
  };
}

/** What this controller writes itself, the status, is no news to it; that its status is gone is. */
function concernsUs({ old, new: schedule }: Change<ScheduleObject>): boolean {
  if (old === null || schedule === null) return true;
  if (old.metadata.uid !== schedule.metadata.uid) return true;
  if (old.metadata.generation !== schedule.metadata.generation) return true;
  return old.status !== undefined && schedule.status === undefined;
}

/** The schedule that a change of a run moves: one came, went, ended, or goes on again. Progress moves none. */
function scheduleKey({ old, new: run }: Change<ScheduledRunObject>): string | null {
  const { metadata } = run ?? old ?? {};
  const schedule = metadata?.labels?.[scheduleLabel];
  if (schedule === undefined) return null;
  if (old !== null && run !== null && hasEnded(old) === hasEnded(run)) return null;
  return `${metadata?.namespace ?? ""}/${schedule}`;
}
