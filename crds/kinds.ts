import type { z } from "zod";
import { billingRunChangeRules, billingRunSpec, runNameSentence } from "./billing-run.ts";
import { billingRunStatus } from "./billing-run-status.ts";
import { billingScheduleSpec, billingScheduleStatus } from "./billing-schedule.ts";
import type { CelRule } from "./cel.ts";
import { runNameMaxLength, scheduleNameMaxLength } from "./names.ts";
import { notificationPolicySpec, notificationPolicyStatus } from "./notification-policy.ts";
import { dnsLabelLength } from "./text.ts";

/** A column of `kubectl get`; `wide` ones are shown by `-o wide` only. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "date";
  readonly jsonPath: string;
  readonly wide?: true;
}

/** A kind of this API group: all that its CustomResourceDefinition is made of. */
export interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
  readonly description: string;
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
  readonly nameMaxLength: number;
  /** What is wrong with a name that this kind cannot have. */
  readonly nameSentence: string;
  readonly columns: readonly PrinterColumn[];
  readonly selectableFields?: readonly string[];
  /** Rules over the whole object, the status included. */
  readonly changeRules?: readonly CelRule[];
  readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string };
}

// The operator writes a message into the condition that the run is at; the others have none.
const current = '.status.conditions[?(@.message!="")]';
const accepted = '.status.conditions[?(@.type=="Accepted")]';
const age: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };

const billingRun: Kind = {
  kind: "BillingRun",
  plural: "billingruns",
  shortName: "brun",
  description:
    "BillingRun bills one month: it computes a new generation of all bills, proves it, publishes it when nothing is " +
    "surprising or a person approves, and follows the messages to their end.",
  spec: billingRunSpec,
  status: billingRunStatus,
  nameMaxLength: runNameMaxLength,
  nameSentence: runNameSentence,
  columns: [
    { name: "Phase", type: "string", jsonPath: ".status.phase" },
    { name: "Period", type: "string", jsonPath: ".spec.period" },
    { name: "Progress", type: "string", jsonPath: ".status.progress" },
    { name: "Billed", type: "integer", jsonPath: ".status.members.billed" },
    { name: "Failed", type: "integer", jsonPath: ".status.partitions.failed" },
    age,
    { name: "Amount", type: "string", jsonPath: ".status.totals.amountMinor", wide: true },
    { name: "Currency", type: "string", jsonPath: ".status.totals.currency", wide: true },
    // As a string: a date in the future is printed as <invalid>.
    { name: "Release", type: "string", jsonPath: ".spec.dispatch.releaseAt", wide: true },
    { name: "Digest", type: "string", jsonPath: ".status.digest", wide: true },
    { name: "Reason", type: "string", jsonPath: `${current}.reason`, wide: true },
    { name: "Message", type: "string", jsonPath: `${current}.message`, wide: true },
  ],
  selectableFields: [".spec.period", ".status.phase"],
  changeRules: billingRunChangeRules,
  scale: { specReplicasPath: ".spec.parallelism", statusReplicasPath: ".status.partitions.active" },
};

const billingSchedule: Kind = {
  kind: "BillingSchedule",
  plural: "billingschedules",
  shortName: "bsched",
  description: "BillingSchedule starts a BillingRun for the month before whenever its schedule fires.",
  spec: billingScheduleSpec,
  status: billingScheduleStatus,
  nameMaxLength: scheduleNameMaxLength,
  nameSentence:
    `must be lower-case letters, digits and dashes, at most ${scheduleNameMaxLength}: ` +
    "its runs are named <schedule>-<period>, and their jobs and pods after them",
  columns: [
    { name: "Schedule", type: "string", jsonPath: ".spec.schedule" },
    { name: "Time Zone", type: "string", jsonPath: ".spec.timeZone" },
    { name: "Suspend", type: "string", jsonPath: ".spec.suspend" },
    { name: "Active", type: "string", jsonPath: ".status.active[0].period" },
    { name: "Last", type: "date", jsonPath: ".status.lastScheduleTime" },
    // As a string: a date in the future is printed as <invalid>.
    { name: "Next", type: "string", jsonPath: ".status.nextScheduleTime" },
    age,
    { name: "Missed", type: "integer", jsonPath: ".status.missed", wide: true },
    { name: "Accepted", type: "string", jsonPath: `${accepted}.status`, wide: true },
    { name: "Message", type: "string", jsonPath: `${current}.message`, wide: true },
  ],
};

const notificationPolicy: Kind = {
  kind: "NotificationPolicy",
  plural: "notificationpolicies",
  shortName: "npol",
  description: "NotificationPolicy says when, how and how fast members are told of their bills.",
  spec: notificationPolicySpec,
  status: notificationPolicyStatus,
  nameMaxLength: dnsLabelLength,
  nameSentence: `must be lower-case letters, digits and dashes, at most ${dnsLabelLength}, so that a BillingRun can name it`,
  columns: [
    { name: "Channels", type: "string", jsonPath: ".spec.channels" },
    { name: "Accepted", type: "string", jsonPath: `${accepted}.status` },
    age,
    { name: "Message", type: "string", jsonPath: `${accepted}.message`, wide: true },
  ],
};

/** Every kind of `billing.telco.dev/v1alpha1`. */
export const kinds: readonly Kind[] = [billingRun, billingSchedule, notificationPolicy];
