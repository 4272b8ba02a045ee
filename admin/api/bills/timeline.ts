import { billTimeline as readTimeline } from "../../../database/commands/bill-timeline.ts";
import { billIdParam } from "../fields.ts";
import { notFound } from "../../http/problem.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { billTimeline } from "./schemas.ts";

/** Every attempt, receipt and command. */
export const getTimeline: Route = readRoute({
  path: "/bills/{billId}/timeline",
  role: "viewer",
  tag: "Bills",
  summary: "All that happened to a bill's messages, oldest first, and how they stand",
  params: billIdParam,
  answer: billTimeline,
  read: async ({ params: { billId } }, { pool }) => {
    const entries = await readTimeline(pool, billId);
    if (entries.length === 0) throw notFound(`message of bill ${billId}`);
    return { billId, entries };
  },
});
