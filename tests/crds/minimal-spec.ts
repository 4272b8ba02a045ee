import type { Refusal } from "./refusals.ts";

const tariffRef = { name: "kr-mobile", version: "2026-07" };

/** The least that each kind accepts. */
export const minimalSpec: Readonly<Record<Refusal["kind"], Readonly<Record<string, unknown>>>> = {
  BillingRun: { period: "2026-10", tariffRef },
  BillingSchedule: {
    schedule: "0 0 1 * *",
    timeZone: "Asia/Seoul",
    runTemplate: { spec: { tariffRef } },
  },
  NotificationPolicy: {},
};
