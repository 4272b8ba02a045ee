import type { Refusal } from "./refusals.ts";

/** What a BillingSchedule may not be. */
export const scheduleRefusals: readonly Refusal[] = [
  {
    rule: "a schedule has a time zone",
    ...{ kind: "BillingSchedule", spec: { timeZone: null }, field: "spec.timeZone", says: "Required value" },
  },
  {
    rule: "a time zone exists",
    ...{ kind: "BillingSchedule", spec: { timeZone: "Mars/Olympus" }, field: "spec.timeZone" },
    says: "unknown time zone Mars/Olympus evaluating rule: must be a time zone that exists, such as Asia/Seoul",
  },
  {
    rule: "a time zone is the same everywhere",
    ...{ kind: "BillingSchedule", spec: { timeZone: "Local" }, field: "spec.timeZone" },
    says: "must be a time zone that exists, such as Asia/Seoul",
  },
  {
    rule: "an offset is no time zone",
    ...{ kind: "BillingSchedule", spec: { timeZone: "+09:00" }, field: "spec.timeZone" },
    says: "must be the name of an IANA time zone, such as Asia/Seoul",
  },
  {
    rule: "a schedule has five fields",
    ...{ kind: "BillingSchedule", spec: { schedule: "@monthly" }, field: "spec.schedule" },
    says: "must have five fields: minute, hour, day of month, month, day of week",
  },
  {
    rule: "a schedule has no seconds",
    ...{ kind: "BillingSchedule", spec: { schedule: "0 0 0 1 * *" }, field: "spec.schedule" },
    says: "must have five fields",
  },
  {
    rule: "a schedule's fields are in range",
    ...{ kind: "BillingSchedule", spec: { schedule: "0 24 1 * *" }, field: "spec.schedule" },
    says: "must have five fields",
  },
  {
    rule: "what is caught up is a word",
    ...{ kind: "BillingSchedule", spec: { catchUp: "Some" }, field: "spec.catchUp" },
    says: 'supported values: "None", "Latest", "All"',
  },
  {
    rule: "a history limit is not negative",
    ...{
      kind: "BillingSchedule",
      spec: { failedRunsHistoryLimit: -1 },
      field: "spec.failedRunsHistoryLimit",
    },
    says: "should be greater than or equal to 0",
  },
  {
    rule: "a template's parallelism is at most its partitions",
    ...{ kind: "BillingSchedule", spec: template({ partitions: 2, parallelism: 3 }) },
    ...{ field: "spec.runTemplate.spec.parallelism", says: "must not exceed partitions" },
  },
  {
    rule: "a template's canary is not the whole",
    ...{ kind: "BillingSchedule", spec: template({ partitions: 8, canary: { partitions: 9 } }) },
    ...{ field: "spec.runTemplate.spec.canary.partitions", says: "must be fewer than partitions" },
  },
  {
    rule: "a label's value is one",
    ...{ kind: "BillingSchedule", spec: template({}, { labels: { team: "a b" } }) },
    ...{ field: "spec.runTemplate.metadata.labels.team", says: "should match" },
  },
  {
    rule: "a template's tariff has a name",
    ...{ kind: "BillingSchedule", spec: template({ tariffRef: { name: "KR mobile", version: "1" } }) },
    ...{
      field: "spec.runTemplate.spec.tariffRef.name",
      says: "must be lower-case letters, digits and dashes",
    },
  },
  {
    rule: "a template's policy is named as one can be",
    ...{ kind: "BillingSchedule", spec: template({ dispatch: { notificationPolicyRef: "The Policy" } }) },
    field: "spec.runTemplate.spec.dispatch.notificationPolicyRef",
    says: "must be the name of a NotificationPolicy in this namespace",
  },
];

function template(spec: object, metadata: object = {}): Readonly<Record<string, unknown>> {
  return { runTemplate: { metadata, spec: { tariffRef: { name: "kr", version: "1" }, ...spec } } };
}
