import { changeRefusals } from "./change-refusals.ts";
import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { deliveryTimeRefusals } from "./delivery-time-refusals.ts";
import { durationRefusals } from "./duration-refusals.ts";
import { policyRefusals } from "./policy-refusals.ts";
import { scheduleRefusals } from "./schedule-refusals.ts";
import { statusRefusals } from "./status-refusals.ts";

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
  /** A status that the operator must not be able to write to an object of `spec`. */
  readonly badStatus?: object;
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
];

/** Every refusal of the three kinds. */
export const refusals: readonly Refusal[] = [
  ...[...onCreation, ...changeRefusals, ...scheduleRefusals],
  ...[...policyRefusals, ...durationRefusals, ...deliveryTimeRefusals, ...statusRefusals],
];
