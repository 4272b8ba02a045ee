import { z } from "zod";
import type { Run } from "../../../crds/run-object.ts";
import { runMakers } from "../../../database/commands/run-makers.ts";
import { latestGenerationOf } from "../../../database/generations/list-generations.ts";
import { partitionGrid } from "../../../database/generations/partition-grid.ts";
import { findBaseline } from "../../../database/run-ledger/observe-baseline.ts";
import { readCursor, toPage } from "../../http/keyset.ts";
import { listRoute, readRoute, type Route } from "../../http/route.ts";
import { requireRun } from "./run-intent.ts";
import { period, runDetail, runParams, runSummary } from "./run-schemas.ts";
import { detailOf, summaryOf } from "./show-run.ts";

const list = listRoute({
  path: "/runs",
  role: "viewer",
  tag: "Runs",
  summary: "Runs, newest month first",
  query: z.object({
    period: period.optional(),
    phase: z.string().max(30).optional().describe("As the run's status says it, e.g. `AwaitingApproval`"),
  }),
  item: runSummary,
  list: async ({ query: { limit, cursor, ...filter } }, { openRuns, pool }) => {
    const after = readCursor(cursor, z.tuple([period, z.string()]));
    const runs = await openRuns(pool).list({ ...filter, after, limit: limit + 1 });
    const { items, next } = toPage(runs, limit, ({ spec, metadata }) => [spec.period, metadata.name]);
    const names = items.map(({ metadata }) => metadata.name);
    const makers = new Map((await runMakers(pool, names)).map((row) => [row.run, row]));
    const startedBy = ({ metadata }: Run): string | null => makers.get(metadata.name)?.startedBy ?? null;
    return { items: items.map((run) => summaryOf(run, startedBy(run))), next };
  },
});

const get = readRoute({
  path: "/runs/{name}",
  role: "viewer",
  tag: "Runs",
  summary: "One run: spec, status, ledger, partitions, pace, proof, and what may be ordered now",
  params: runParams,
  answer: runDetail,
  read: async ({ params: { name } }, context) => {
    const { pool } = context;
    const run = await requireRun(context, name);
    const [[makers], ledger] = await Promise.all([
      runMakers(pool, [name]),
      latestGenerationOf(pool, run.metadata.uid),
    ]);
    const [grid, baseline] =
      ledger === null
        ? [[], null]
        : await Promise.all([
            partitionGrid(pool, ledger),
            findBaseline(pool, ledger.period, ledger.generation),
          ]);
    return detailOf(run, { makers, ledger, grid, baseline });
  },
});

/** What looks at runs. */
export const readRuns: readonly Route[] = [list, get];
