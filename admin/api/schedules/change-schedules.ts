import { z } from "zod";
import { billingRunSpec } from "../../../crds/billing-run.ts";
import { runNameOf, scheduleLabel } from "../../../crds/schedule-names.ts";
import { HttpProblem } from "../../http/problem.ts";
import { refuse } from "../../http/refuse.ts";
import { externalRoute, type Route } from "../../http/route.ts";
import { startIntent, told } from "../runs/run-intent.ts";
import { period, reason } from "../runs/run-schemas.ts";
import { startOf, writeStart } from "../runs/start-run.ts";
import { monthBefore } from "./month-before.ts";
import { requireSchedule } from "./read-schedules.ts";
import { scheduleChanged, scheduleParams } from "./schedule-schemas.ts";

const common = {
  role: "operator",
  tag: "Schedules",
  params: scheduleParams,
  answer: scheduleChanged,
} as const;

const suspension = z.object({
  schedule: z.string(),
  uid: z.string(),
  specGeneration: z.int(),
  suspend: z.boolean(),
});

const suspensions = [
  { request: "suspend", suspend: true, summary: "Start no more runs; those that were started go on" },
  { request: "resume", suspend: false, summary: "Start runs again, and catch up as the schedule says" },
].map(({ request, suspend, summary }) =>
  externalRoute({
    ...common,
    path: `/schedules/{name}/${request}`,
    summary,
    action: `schedule.${request}`,
    body: z.object({ reason }),
    intent: suspension,
    intend: async ({ params: { name } }, context) => {
      const { uid, specGeneration, spec } = await requireSchedule(context, name);
      if (spec.suspend === suspend) {
        return refuse("unneeded", `${name} is ${suspend ? "suspended already" : "not suspended"}`);
      }
      return { state: "intended", intent: { schedule: name, uid, specGeneration, suspend } };
    },
    write: async (intent, { openRuns, client, commandId }) => {
      const { schedule: name, uid, specGeneration, suspend: wanted } = intent;
      const change = { name, uid, specGeneration, spec: { suspend: wanted } };
      const done = `${name} ${wanted ? "starts no more runs" : "starts runs again"}`;
      return told(await openRuns(client).changeSchedule(change, commandId), { name, run: null, done });
    },
  }),
);

const runNow = externalRoute({
  ...common,
  path: "/schedules/{name}/run-now",
  summary: "Start the run of a month now, as the schedule would",
  description:
    "Named as the schedule names it, so that neither starts it a second time: the run counts as the schedule's.",
  action: "schedule.run-now",
  body: z.object({
    period: period.optional().describe("[the month before this one, in the schedule's time zone]"),
    reason,
  }),
  intent: startIntent.extend({ schedule: z.string() }),
  intend: async ({ params: { name }, body }, context) => {
    const { spec } = await requireSchedule(context, name);
    const month = body.period ?? monthBefore(Date.now(), spec.timeZone);
    const run = billingRunSpec.safeParse({ ...spec.runTemplate.spec, period: month });
    if (!run.success) throw new HttpProblem(409, "unreadable-template", z.prettifyError(run.error));
    const labels = { ...spec.runTemplate.metadata?.labels, [scheduleLabel]: name };
    const start = startOf(runNameOf(name, month), run.data, labels);
    return { ...start, intent: { ...start.intent, schedule: name } };
  },
  write: async ({ schedule, ...intent }, context) => {
    const effect = await writeStart(intent, context);
    if (effect.state === "refused") return { state: "refused", answer: effect.answer as never };
    const { name: run, done } = effect.answer;
    return { state: "done", answer: { name: schedule, run, done } };
  },
});

/** What changes schedules. */
export const changeSchedules: readonly Route[] = [...suspensions, runNow];
