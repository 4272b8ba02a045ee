import { z } from "zod";
import { billingScheduleStatus } from "../../../crds/billing-schedule.ts";
import { scheduleNameMaxLength } from "../../../crds/names.ts";
import { dnsLabel } from "../../../crds/text.ts";

/** Path of one schedule. */
export const scheduleParams = z.object({ name: z.string().max(scheduleNameMaxLength).regex(dnsLabel) });

/** A schedule as lists show it. */
export const scheduleSummary = z
  .object({
    name: z.string(),
    schedule: z.string(),
    timeZone: z.string(),
    suspended: z.boolean(),
    nextScheduleTime: z.iso.datetime({ offset: true }).nullable(),
    lastScheduleTime: z.iso.datetime({ offset: true }).nullable(),
    lastSuccessfulTime: z.iso.datetime({ offset: true }).nullable(),
    active: z.array(z.object({ name: z.string(), period: z.string() })),
    missed: z.int().min(0),
  })
  .meta({ id: "ScheduleSummary" });

/** One schedule, whole. */
export const scheduleDetail = scheduleSummary
  .extend({
    spec: z.record(z.string(), z.unknown()).describe("`spec` of the BillingSchedule, with its defaults"),
    status: billingScheduleStatus.nullable().describe("Null until the operator has looked at it"),
  })
  .meta({ id: "Schedule" });

/** What a command on a schedule did. */
export const scheduleChanged = z
  .object({
    name: z.string(),
    run: z.string().nullable().describe("The run that was started"),
    done: z.string().describe("A sentence for people"),
  })
  .meta({ id: "ScheduleChanged" });
