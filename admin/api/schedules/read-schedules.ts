import { z } from "zod";
import { notFound } from "../../http/problem.ts";
import { readCursor, toPage } from "../../http/keyset.ts";
import {
  listRoute,
  readRoute,
  type CommandContext,
  type RequestContext,
  type Route,
  type Written,
} from "../../http/route.ts";
import type { Schedule } from "../../runs/run-store.ts";
import { scheduleDetail, scheduleParams, scheduleSummary } from "./schedule-schemas.ts";

const common = { role: "viewer", tag: "Schedules" } as const;

const list = listRoute({
  ...common,
  path: "/schedules",
  summary: "BillingSchedules, by name; none on one machine",
  item: scheduleSummary,
  list: async ({ query: { limit, cursor } }, { openRuns, pool }) => {
    const after = readCursor(cursor, z.tuple([z.string()]))?.[0] ?? "";
    const all = await openRuns(pool).schedules();
    const rest = all.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, next } = toPage(rest, limit, ({ name }) => [name]);
    return { items: items.map(summaryOf), next };
  },
});

const get = readRoute({
  ...common,
  path: "/schedules/{name}",
  summary: "One schedule",
  params: scheduleParams,
  answer: scheduleDetail,
  read: async ({ params: { name } }, context) => {
    const schedule = await requireSchedule(context, name);
    const { spec, status } = schedule;
    return { ...summaryOf(schedule), spec: { ...spec }, status };
  },
});

/** The schedule of that name; a 404 problem when there is none. */
export async function requireSchedule(
  context: RequestContext & Partial<Pick<CommandContext, "client">>,
  name: string,
): Promise<Schedule> {
  const found = await context.openRuns(context.client ?? context.pool).findSchedule(name);
  if (found === null) throw notFound(`schedule ${name}`);
  return found;
}

function summaryOf({ name, spec, status }: Schedule): Written<z.input<typeof scheduleSummary>> {
  return {
    ...{ name, schedule: spec.schedule, timeZone: spec.timeZone, suspended: spec.suspend },
    nextScheduleTime: status?.nextScheduleTime ?? null,
    lastScheduleTime: status?.lastScheduleTime ?? null,
    lastSuccessfulTime: status?.lastSuccessfulTime ?? null,
    active: status?.active.map(({ name: run, period }) => ({ name: run, period })) ?? [],
    missed: status?.missed ?? 0,
  };
}

/** What looks at schedules. */
export const readSchedules: readonly Route[] = [list, get];
