import type { Resource } from "../../platform/kubernetes/kubernetes.ts";

// What this controller writes into the API: annotation, field manager.

export const billingSchedules: Resource = {
  group: "billing.telco.dev",
  version: "v1alpha1",
  plural: "billingschedules",
};

/** Annotation of a BillingRun: the firing it was created for, RFC 3339. */
export const firingAnnotation = "billing.telco.dev/scheduled-at";

/** Owner of the status of a BillingSchedule, by server-side apply. */
export const scheduleStatusManager = "billing-operator-schedule";
