import { z } from "zod";
import { listAdjustments } from "../../../database/adjustments/list-adjustments.ts";
import { readAdjustment } from "../../../database/adjustments/read-adjustment.ts";
import { readCursor, toPage } from "../../http/keyset.ts";
import { notFound } from "../../http/problem.ts";
import { listRoute, readRoute, type Route } from "../../http/route.ts";
import { createAdjustment } from "./create.ts";
import { creditBill } from "./credit.ts";
import { approveAdjustment, rejectRoute } from "./decide.ts";
import { adjustment, adjustmentFilter, adjustmentParam } from "./schemas.ts";

const head = { role: "viewer", tag: "Adjustments" } as const;

/** Adjustments and credit notes as they were ordered here; what an import brought stands on the bills. */
export const adjustmentRoutes: readonly Route[] = [
  listRoute({
    ...head,
    path: "/adjustments",
    summary: "Adjustments and credit notes that people ordered, newest first",
    query: adjustmentFilter,
    item: adjustment,
    list: async ({ query: { limit, cursor, ...filter } }, { pool }) => {
      const before = readCursor(cursor, z.tuple([z.int()]))?.[0];
      const rows = await listAdjustments(pool, { ...filter, before }, limit + 1);
      return toPage(rows, limit, ({ adjustmentId }) => [adjustmentId]);
    },
  }),
  readRoute({
    ...head,
    path: "/adjustments/{adjustmentId}",
    summary: "One adjustment or credit note",
    params: adjustmentParam,
    answer: adjustment,
    read: async ({ params: { adjustmentId } }, { pool }) => {
      const order = await readAdjustment(pool, adjustmentId);
      if (order === null) throw notFound(`adjustment ${adjustmentId}`);
      return order;
    },
  }),
  createAdjustment,
  creditBill,
  approveAdjustment,
  rejectRoute,
];
