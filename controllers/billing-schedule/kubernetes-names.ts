import type { Resource } from "../../platform/kubernetes/kubernetes.ts";

// What this controller writes into the API: label, annotation, field manager.

export const billingSchedules: Resource = {
  group: "billing.telco.dev",
  version: "v1alpha1",
  plural: "billingschedules",
};

/**
 * Label of a BillingRun: name of its schedule. Not an owner reference: the garbage collector would delete the runs with
 * their schedule, and an unfinished run that is deleted gives its bills up. It also lets a schedule that was deleted by
 * mistake and created again know which months have their run.
 */
export const scheduleLabel = "billing.telco.dev/schedule";

/** Annotation of a BillingRun: the firing it was created for, RFC 3339. */
export const firingAnnotation = "billing.telco.dev/scheduled-at";

/** Owner of the status of a BillingSchedule, by server-side apply. */
export const scheduleStatusManager = "billing-operator-schedule";
