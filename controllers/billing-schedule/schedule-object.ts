import { z } from "zod";
import { billingScheduleSpec, billingScheduleStatus } from "../../crds/billing-schedule.ts";
import type { KubernetesObject, ObjectAddress } from "../../platform/kubernetes/kubernetes.ts";
import { billingSchedules } from "./kubernetes-names.ts";
import type { BillingSchedule, ScheduleHead } from "./schedule.ts";

/** A BillingSchedule as the API server shows it. */
export interface ScheduleObject extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** The schedule in an object, or what is wrong with its spec. */
export type ReadSchedule =
  | { readonly kind: "valid"; readonly schedule: BillingSchedule }
  | { readonly kind: "invalid"; readonly head: ScheduleHead; readonly problem: string };

/** Reads a BillingSchedule with the defaults of its spec. A status that cannot be read counts as lost. */
export function readSchedule({ metadata, spec, status }: ScheduleObject): ReadSchedule {
  const { name, generation = 0, creationTimestamp = new Date(0).toISOString() } = metadata;
  const known = billingScheduleStatus.safeParse(status);
  const head = {
    metadata: { name, generation, creationTimestamp },
    ...(known.success && { status: known.data }),
  };
  const parsed = billingScheduleSpec.safeParse(spec);
  return parsed.success
    ? { kind: "valid", schedule: { ...head, spec: parsed.data } }
    : { kind: "invalid", head, problem: z.prettifyError(parsed.error) };
}

export function scheduleAddress({ metadata }: ScheduleObject): ObjectAddress {
  return { resource: billingSchedules, namespace: metadata.namespace ?? "", name: metadata.name };
}
