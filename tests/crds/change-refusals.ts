import type { Refusal } from "./refusals.ts";

/** What may not change once a BillingRun is there. */
export const changeRefusals: readonly Refusal[] = [
  {
    rule: "the period is immutable",
    ...{ kind: "BillingRun", before: {}, spec: { period: "2026-11" }, field: "spec.period" },
    says: "Forbidden: is immutable: create another BillingRun for another month",
  },
  {
    rule: "the tariff is immutable",
    ...{
      kind: "BillingRun",
      before: {},
      spec: { tariffRef: { version: "2026-08" } },
      field: "spec.tariffRef",
    },
    says: "Forbidden: is immutable: create another BillingRun to bill by another tariff or version",
  },
  {
    rule: "the partitions are immutable",
    ...{ kind: "BillingRun", before: {}, spec: { partitions: 32 }, field: "spec.partitions" },
    says: "Forbidden: is immutable: accounts were divided by it; change parallelism instead",
  },
  {
    rule: "the partitions cannot return to their default",
    ...{
      kind: "BillingRun",
      before: { partitions: 32 },
      spec: { partitions: null },
      field: "spec.partitions",
    },
    says: "Forbidden: is immutable",
  },
  {
    rule: "the mode goes from Plan to Commit only",
    ...{ kind: "BillingRun", before: {}, spec: { mode: "Plan" }, field: "spec.mode" },
    says: "Forbidden: may change from Plan to Commit only; suspend the run to hold it, or cancel it",
  },
  {
    rule: "cancel is one-way",
    ...{ kind: "BillingRun", before: { cancel: true }, spec: { cancel: false }, field: "spec.cancel" },
    says: "Forbidden: is one-way: a cancelled run stays cancelled; create another BillingRun",
  },
  {
    rule: "cancel is not forgotten",
    ...{ kind: "BillingRun", before: { cancel: true }, spec: { cancel: null }, field: "spec.cancel" },
    says: "Forbidden: is one-way",
  },
  {
    rule: "retryGeneration never falls",
    ...{ kind: "BillingRun", before: { retryGeneration: 2 }, spec: { retryGeneration: 1 } },
    ...{ field: "spec.retryGeneration", says: "Forbidden: must not fall: raise it to try again" },
  },
];
