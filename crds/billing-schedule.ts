import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";
import { cronSchedule } from "./cron-schedule.ts";
import { runTemplateFields, runTemplateRules } from "./run-template.ts";
import { sharedRule } from "./cel.ts";
import { conditionList, observedGeneration, openWord, time } from "./status-fields.ts";
import { timeZone } from "./time-zone.ts";

const labelValue = /^(([A-Za-z0-9][A-Za-z0-9_.-]*)?[A-Za-z0-9])?$/;

const templateSpec = runTemplateRules
  .reduce((schema, rule) => sharedRule(schema, rule), z.strictObject(runTemplateFields))
  .describe("spec of each BillingRun, without what belongs to one run: period, approval, cancel and retry.");

const runTemplate = z
  .strictObject({
    metadata: z
      .strictObject({
        labels: z
          .record(z.string(), z.string().max(63).regex(labelValue))
          .optional()
          .describe("Labels of each BillingRun."),
        annotations: z.record(z.string(), z.string()).optional().describe("Annotations of each BillingRun."),
      })
      .optional()
      .describe("What each BillingRun carries besides its name."),
    spec: templateSpec,
  })
  .describe("The BillingRun that is created each time. A change holds from the next one on.");

const historyLimit = z.int().min(0).max(1000);

/** `spec` of a BillingSchedule with its defaults. Runs of one schedule never overlap, so there is no policy to choose. */
export const billingScheduleSpec = z
  .strictObject({
    schedule: cronSchedule,
    timeZone: timeZone.describe(
      "IANA time zone, such as Asia/Seoul, in which the schedule fires and the month is counted. Required: what the " +
        "cluster's clock says is nobody's billing calendar.",
    ),
    suspend: z
      .boolean()
      .default(false)
      .describe(
        "Starts no more runs; those that were started go on. What comes due meanwhile is caught up when it is set to " +
          "false, as catchUp says.",
      ),
    catchUp: z
      .enum(["None", "Latest", "All"])
      .default("Latest")
      .describe(
        "What becomes of firings that are noticed late, because the operator was down or the schedule suspended: None skips " +
          "them, Latest starts a run for the newest only, All for each, oldest first. A firing that comes while an earlier " +
          "run is going is not late: it waits for that run's end.",
      ),
    startingDeadlineSeconds: z
      .int()
      .min(10)
      .max(366 * 86_400)
      .optional()
      .describe(
        "A firing that could not start within this is skipped, whatever catchUp says. Absent: none is too old.",
      ),
    successfulRunsHistoryLimit: historyLimit
      .default(12)
      .describe("How many completed BillingRuns are kept; bills stay, whatever becomes of the run."),
    failedRunsHistoryLimit: historyLimit
      .default(3)
      .describe("How many BillingRuns that ended otherwise are kept."),
    runTemplate,
  })
  .describe(
    "When to bill, and how. Each time the schedule fires, the calendar month before is billed by a BillingRun named " +
      "<schedule>-<period>. Runs never overlap: a firing that comes while one is going waits for its end.",
  );

export type BillingScheduleSpec = DeepReadonly<z.output<typeof billingScheduleSpec>>;

/** `status` of a BillingSchedule; null is absent in the API server (`statusToApply`). */
export const billingScheduleStatus = z
  .object({
    observedGeneration,
    conditions: conditionList(openWord(), openWord()),
    timing: z
      .string()
      .max(165)
      .nullable()
      .default(null)
      .describe(
        "Schedule and time zone by which settledUntil counts; after a change it counts from then on.",
      ),
    settledUntil: time
      .nullable()
      .default(null)
      .describe("Every firing up to here has had its run, or was skipped. Never moves back."),
    lastScheduleTime: time.nullable().default(null).describe("Firing of the run that was started last."),
    lastSuccessfulTime: time.nullable().default(null).describe("When a run of this schedule last completed."),
    nextScheduleTime: time
      .nullable()
      .default(null)
      .describe("When the schedule fires next; absent while it is suspended."),
    active: z
      .array(
        z.object({
          name: z.string().max(63).describe("Name of the BillingRun."),
          period: z.string().max(7).describe("Month that it bills."),
        }),
      )
      .max(100)
      // When server-side apply has taken the last entry out of a list that is a map, the field itself is gone.
      .default([])
      .meta({
        description: "Runs of this schedule that are going.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      }),
    missed: z
      .int()
      .min(0)
      .describe("How many firings were skipped because they were noticed too late, in all."),
  })
  .describe("How the schedule stands; written by the operator alone.");

export type BillingScheduleStatus = DeepReadonly<z.output<typeof billingScheduleStatus>>;
