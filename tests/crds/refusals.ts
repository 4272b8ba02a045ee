import { changeRefusals } from "./change-refusals.ts";
import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { deliveryTimeRefusals } from "./delivery-time-refusals.ts";

/** Something that must not be stored, and what the API server must say about it. */
export interface Refusal {
  readonly rule: string;
  readonly kind: "BillingRun" | "BillingSchedule" | "NotificationPolicy";
  /** Name of the object [x]. */
  readonly name?: string;
  /** What stands instead of, or beside, the fields of the least that is accepted; null takes a field away. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** For a rule about a change: the fields of the object that exists. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** And how that object stands. */
  readonly status?: BillingRunStatus;
  readonly field: string;
  /** Part of the message about that field. */
  readonly says: string;
}

const onCreation: readonly Refusal[] = [
  {
    rule: "a run's name has at most 34 characters",
    ...{ kind: "BillingRun", name: "a".repeat(35), spec: {}, field: "metadata.name" },
    says: "must be lower-case letters, digits and dashes, at most 34: the names of its jobs and pods begin with it",
  },
  {
    rule: "a run's name has no dots, as no host name has",
    ...{ kind: "BillingRun", name: "2026.10", spec: {}, field: "metadata.name" },
    says: "must be lower-case letters, digits and dashes, at most 34",
  },
  {
    rule: "a schedule's name leaves room for the period",
    ...{ kind: "BillingSchedule", name: "a".repeat(27), spec: {}, field: "metadata.name" },
    says: "must be lower-case letters, digits and dashes, at most 26: its runs are named <schedule>-<period>",
  },
  {
    rule: "a policy's name can be referred to",
    ...{ kind: "NotificationPolicy", name: "a".repeat(64), spec: {}, field: "metadata.name" },
    says: "must be lower-case letters, digits and dashes, at most 63, so that a BillingRun can name it",
  },
  {
    rule: "a run has a period",
    ...{ kind: "BillingRun", spec: { period: null }, field: "spec.period", says: "Required value" },
  },
  {
    rule: "a period is a month",
    ...{ kind: "BillingRun", spec: { period: "2026-13" }, field: "spec.period" },
    says: "must be a month, such as 2026-10",
  },
  {
    rule: "a period's pattern is published",
    ...{ kind: "BillingRun", spec: { period: "October" }, field: "spec.period" },
    says: String.raw`should match '^\d{4}-(0[1-9]|1[0-2])$'`,
  },
  {
    rule: "a run has a tariff",
    ...{ kind: "BillingRun", spec: { tariffRef: null }, field: "spec.tariffRef", says: "Required value" },
  },
  {
    rule: "a tariff's name is a name",
    ...{ kind: "BillingRun", spec: { tariffRef: { name: "KR mobile", version: "1" } } },
    ...{ field: "spec.tariffRef.name", says: "must be lower-case letters, digits and dashes" },
  },
  {
    rule: "a tariff's version is named",
    ...{ kind: "BillingRun", spec: { tariffRef: { name: "kr", version: "" } } },
    ...{ field: "spec.tariffRef.version", says: "should be at least 1 chars long" },
  },
  {
    rule: "there are two modes",
    ...{ kind: "BillingRun", spec: { mode: "Dry" }, field: "spec.mode" },
    says: 'Unsupported value: "Dry": supported values: "Plan", "Commit"',
  },
  {
    rule: "a digest is 64 hexadecimal digits",
    ...{ kind: "BillingRun", spec: { approvedDigest: "ABC" }, field: "spec.approvedDigest" },
    says: "must be the 64 hexadecimal digits of a digest, or empty",
  },
  {
    rule: "there are at most 1024 partitions",
    ...{ kind: "BillingRun", spec: { partitions: 1025 }, field: "spec.partitions" },
    says: "should be less than or equal to 1024",
  },
  {
    rule: "there is at least one partition",
    ...{ kind: "BillingRun", spec: { partitions: 0 }, field: "spec.partitions" },
    says: "should be greater than or equal to 1",
  },
  {
    rule: "parallelism is at most partitions",
    ...{ kind: "BillingRun", spec: { partitions: 8, parallelism: 9 }, field: "spec.parallelism" },
    says: "must not exceed partitions",
  },
  {
    rule: "parallelism by default is at most partitions",
    ...{ kind: "BillingRun", spec: { partitions: 4 }, field: "spec.parallelism" },
    says: "must not exceed partitions (defaults: parallelism 8, partitions 64)",
  },
  {
    rule: "the canary is not the whole",
    ...{ kind: "BillingRun", spec: { canary: { partitions: 64 } }, field: "spec.canary.partitions" },
    says: "must be fewer than partitions",
  },
  {
    rule: "a limit is not negative",
    ...{ kind: "BillingRun", spec: { gates: { totalChangePercent: -1 } } },
    ...{ field: "spec.gates.totalChangePercent", says: "should be greater than or equal to 0" },
  },
  {
    rule: "a policy is named as one can be",
    ...{ kind: "BillingRun", spec: { dispatch: { notificationPolicyRef: "The Policy" } } },
    field: "spec.dispatch.notificationPolicyRef",
    says: "must be the name of a NotificationPolicy in this namespace",
  },
  {
    rule: "a retry count has three digits",
    ...{ kind: "BillingRun", spec: { retryGeneration: 1000 }, field: "spec.retryGeneration" },
    says: "should be less than or equal to 999",
  },
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
    rule: "there is a channel",
    ...{ kind: "NotificationPolicy", spec: { channels: [] }, field: "spec.channels" },
    says: "should have at least 1 items",
  },
  {
    rule: "a channel is known",
    ...{ kind: "NotificationPolicy", spec: { channels: ["fax"] }, field: "spec.channels[0]" },
    says: 'supported values: "email", "sms", "push"',
  },
  {
    rule: "a channel is named once",
    ...{ kind: "NotificationPolicy", spec: { channels: ["sms", "sms"] }, field: "spec.channels" },
    says: "must not name a channel twice",
  },
  {
    rule: "a quiet window starts at a time of day",
    ...{ kind: "NotificationPolicy", spec: { quietHours: [{ start: "24:00", end: "08:00" }] } },
    ...{ field: "spec.quietHours[0].start", says: "must be a time of day from 00:00 to 23:59" },
  },
  {
    rule: "a quiet window ends at a time of day",
    ...{ kind: "NotificationPolicy", spec: { quietHours: [{ start: "22:00", end: "8:00" }] } },
    ...{ field: "spec.quietHours[0].end", says: "must be a time of day from 00:00 to 24:00" },
  },
  {
    rule: "quiet hours leave some time free",
    kind: "NotificationPolicy",
    spec: {
      quietHours: [
        { start: "22:00", end: "08:00" },
        { start: "08:00", end: "22:00" },
      ],
    },
    ...{
      field: "spec.quietHours",
      says: "must leave some time of the day free, or no message could ever be sent",
    },
  },
  {
    rule: "a wait has a unit",
    ...{ kind: "NotificationPolicy", spec: { retries: { sms: { delays: ["10"] } } } },
    ...{
      field: "spec.retries.sms.delays[0]",
      says: "must be a number and a unit, such as 500ms, 10s, 5m or 1h",
    },
  },
  {
    rule: "a wait is at most a day",
    ...{ kind: "NotificationPolicy", spec: { retries: { email: { delays: ["10s", "25h"] } } } },
    ...{ field: "spec.retries.email.delays[1]", says: "must be from 0s to 24h" },
  },
  {
    rule: "a lease is at least a second",
    ...{ kind: "NotificationPolicy", spec: { lease: "999ms" }, field: "spec.lease" },
    says: "must be from 1s to 24h",
  },
  {
    rule: "a release is spread over a day at most",
    ...{ kind: "NotificationPolicy", spec: { releaseSpread: "1441m" }, field: "spec.releaseSpread" },
    says: "must be from 0m to 24h",
  },
  {
    rule: "a share of failures is below all",
    ...{ kind: "NotificationPolicy", spec: { breaker: { failurePercent: 100 } } },
    ...{ field: "spec.breaker.failurePercent", says: "should be less than or equal to 99" },
  },
];

/** Every refusal of the three kinds. */
export const refusals: readonly Refusal[] = [...onCreation, ...changeRefusals, ...deliveryTimeRefusals];

function template(spec: object, metadata: object = {}): Readonly<Record<string, unknown>> {
  return { runTemplate: { metadata, spec: { tariffRef: { name: "kr", version: "1" }, ...spec } } };
}
