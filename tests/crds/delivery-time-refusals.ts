import { deliveringStatus } from "./example-status.ts";
import type { Refusal } from "./refusals.ts";

/** Refusals about when messages leave: holidays, a reserved release. */
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
  {
    rule: "a release is reserved for an instant with an offset",
    ...{ kind: "BillingRun", spec: { dispatch: { releaseAt: "2026-11-05T09:00:00" } } },
    ...{
      field: "spec.dispatch.releaseAt",
      says: "must be an instant with an offset, such as 2026-11-05T09:00:00+09:00",
    },
  },
  {
    rule: "only an automatic release has an instant",
    kind: "BillingRun",
    spec: { dispatch: { release: "Manual", releaseAt: "2026-11-05T09:00:00+09:00" } },
    ...{
      field: "spec.dispatch.releaseAt",
      says: "needs release Automatic: what waits for a person, or is not sent, has no instant",
    },
  },
  {
    rule: "a release that has come is not moved",
    kind: "BillingRun",
    before: { dispatch: { releaseAt: "2026-11-05T09:00:00+09:00" } },
    status: deliveringStatus,
    spec: { dispatch: { releaseAt: "2026-11-06T09:00:00+09:00" } },
    ...{
      field: "spec.dispatch.releaseAt",
      says: "cannot change any more: the messages have been released",
    },
  },
];
