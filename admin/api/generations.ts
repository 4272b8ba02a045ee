import { z } from "zod";
import { listGenerations } from "../../database/generations/list-generations.ts";
import { readCursor, toPage } from "../http/keyset.ts";
import { listRoute, type Route } from "../http/route.ts";
import { generation, period } from "./runs/run-schemas.ts";
import { generationOf } from "./runs/show-run.ts";

/** Every complete set of bills that was computed for a month, newest first. */
export const generationRoutes: readonly Route[] = [
  listRoute({
    path: "/periods/{period}/generations",
    role: "viewer",
    tag: "Runs",
    summary: "Generations of a month, newest first; at most one is live",
    params: z.object({ period }),
    item: generation,
    list: async ({ params, query: { limit, cursor } }, { pool }) => {
      const before = readCursor(cursor, z.tuple([z.int()]))?.[0];
      const rows = await listGenerations(pool, params.period, before, limit + 1);
      return toPage(rows.map(generationOf), limit, (row) => [row.generation]);
    },
  }),
];
