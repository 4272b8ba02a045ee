import { z } from "zod";
import { readPlanReport, type PlanReport } from "../../../database/report/plan-report.ts";
import { readCursor, toPage } from "../../http/keyset.ts";
import { listRoute, readRoute, type Route, type Written } from "../../http/route.ts";
import { createMemo } from "../../memo.ts";
import { compareRun, verifiedGeneration } from "./compared.ts";
import { difference, mover, report } from "./report-schemas.ts";
import { runParams } from "./run-schemas.ts";

const common = { role: "viewer", tag: "Runs", params: runParams } as const;

/** What members would be told moves with the delivery of former generations. */
const reportKeptMs = 60_000;
const reports = createMemo<PlanReport>(20, reportKeptMs);

const readDifference = readRoute({
  ...common,
  path: "/runs/{name}/difference",
  summary: "How its bills differ from those that are live, or were live the month before",
  answer: difference,
  read: async ({ params: { name } }, context) => {
    const { generation, baseline, difference: counted } = await compareRun(context, name);
    const { raisedMinor, loweredMinor, ...counts } = counted;
    return {
      generation: { period: generation.period, generation: generation.generation },
      baseline: { period: baseline.period, generation: baseline.generation },
      currency: generation.currency,
      amountMinor: generation.totalMinor ?? "0",
      baselineAmountMinor: baseline.totalMinor,
      ...counts,
      ...{ raisedMinor: String(raisedMinor), loweredMinor: String(loweredMinor) },
    };
  },
});

const listMovers = listRoute({
  ...common,
  path: "/runs/{name}/movers",
  summary: "The 1,000 accounts whose bills moved most, largest first",
  item: mover,
  list: async ({ params: { name }, query: { limit, cursor } }, context) => {
    const after = readCursor(cursor, z.tuple([z.int()]))?.[0] ?? 0;
    const { movers } = await compareRun(context, name);
    const rows = movers.slice(after, after + limit + 1).map((moved, place) => ({
      rank: after + place + 1,
      accountId: moved.accountId,
      beforeMinor: String(moved.beforeMinor),
      afterMinor: String(moved.afterMinor),
      changeMinor: String(moved.afterMinor - moved.beforeMinor),
    }));
    return toPage(rows, limit, ({ rank }) => [rank]);
  },
});

const readReport = readRoute({
  ...common,
  path: "/runs/{name}/report",
  summary: "What its bills come to, by item, what was held, and what promoting them would tell the members",
  answer: report,
  read: async ({ params: { name } }, context) => {
    const { period, generation, digest, state } = await verifiedGeneration(context, name);
    const key = `${digest ?? ""} ${state}`;
    return shown(await reports(key, () => readPlanReport(context.pool, { period, generation })));
  },
});

function shown(read: PlanReport): Written<z.input<typeof report>> {
  const { period, generation, totalMinor, items, held, comparison: _compared, ...rest } = read;
  return {
    ...rest,
    generation: { period, generation },
    amountMinor: String(totalMinor),
    items: items.map(({ code, items: count, amountMinor, quantityMilli }) => ({
      ...{ code, items: count, amountMinor: String(amountMinor), quantityMilli: String(quantityMilli) },
    })),
    held: [...held],
  };
}

/** What a run's bills are, and what would change by them. */
export const reportRoutes: readonly Route[] = [readDifference, listMovers, readReport];
