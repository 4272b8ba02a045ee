import type { Refusal } from "./refusals.ts";

/** Refusals about when messages leave: holidays. */
export const deliveryTimeRefusals: readonly Refusal[] = [
  {
    rule: "a holiday is a date of the calendar",
    ...{ kind: "NotificationPolicy", spec: { holidays: ["2026-12-25", "2026-11-31"] } },
    ...{ field: "spec.holidays[1]", says: "must be a date of the calendar, such as 2026-12-25" },
  },
  {
    rule: "a holiday is named once",
    ...{ kind: "NotificationPolicy", spec: { holidays: ["2026-12-25", "2026-12-25"] } },
    ...{ field: "spec.holidays", says: "must not name a date twice" },
  },
];
