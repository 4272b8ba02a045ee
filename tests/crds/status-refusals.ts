import type { Refusal } from "./refusals.ts";

const condition = {
  ...{ type: "Accepted", status: "False", reason: "SpecInvalid", message: "", observedGeneration: 1 },
  lastTransitionTime: "2026-11-01T00:00:00Z",
};
const kinds = ["BillingRun", "BillingSchedule", "NotificationPolicy"] as const;
const says = "should match '^[A-Za-z]";

/** Words of a status that are none: the operator alone writes them, and people and alerts search for them. */
export const statusRefusals: readonly Refusal[] = [
  ...kinds.flatMap((kind): Refusal[] => [
    {
      rule: "a condition's type is a word",
      ...{ kind, spec: {}, field: "status.conditions[0].type", says },
      badStatus: { conditions: [{ ...condition, type: "not accepted" }] },
    },
    {
      rule: "a condition's reason is a word",
      ...{ kind, spec: {}, field: "status.conditions[0].reason", says },
      badStatus: { conditions: [{ ...condition, reason: "the tariff is unknown" }] },
    },
  ]),
  {
    rule: "a phase is a word",
    ...{ kind: "BillingRun", spec: {}, field: "status.phase", says },
    badStatus: { phase: "on the way" },
  },
];
