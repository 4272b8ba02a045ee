import { z } from "zod";
import { liftSuppressions } from "../../../database/suppressions/lift-suppressions.ts";
import { listSuppressions } from "../../../database/suppressions/list-suppressions.ts";
import type { SuppressionFilter } from "../../../database/suppressions/filter.ts";
import { given } from "../../../platform/given.ts";
import { readCursor, toPage } from "../../http/keyset.ts";
import { commandRoute, listRoute, readRoute, type Route } from "../../http/route.ts";
import { liftBody, lifted, suppression, suppressionsQuery } from "./schemas.ts";

const tag = "Suppressions";

/** Addresses that nothing is sent to, and using them again. */
export const suppressionRoutes: readonly Route[] = [
  listRoute({
    path: "/suppressions",
    role: "viewer",
    tag,
    summary: "Addresses that bounced or complained, and that nothing is sent to; whose, not which",
    query: suppressionsQuery,
    item: suppression,
    list: async ({ query: { limit, cursor, ...filter } }, { pool }) => {
      const afterId = readCursor(cursor, z.tuple([z.int()]))?.[0] ?? 0;
      const rows = await listSuppressions(pool, given(filter), { afterId, limit: limit + 1 });
      return toPage(rows, limit, ({ id }) => [id]);
    },
  }),
  readRoute({
    path: "/suppressions/lift/dry-run",
    method: "post",
    role: "operator",
    tag,
    summary: "How many suppressed addresses would be used again",
    body: liftBody,
    answer: lifted,
    read: ({ body }, { pool }) =>
      liftSuppressions(pool, filterOf(body), { limit: body.limit, commandId: null }),
  }),
  commandRoute({
    path: "/suppressions/lift",
    role: "operator",
    tag,
    summary: "Use suppressed addresses again",
    action: "suppression.lift",
    body: liftBody,
    answer: lifted,
    execute: async ({ body }, { client, commandId }) => {
      const answer = await liftSuppressions(client, filterOf(body), { limit: body.limit, commandId });
      if (answer.lifted > 0) return { state: "done", answer };
      return { state: "refused", answer: { ...answer, ...nothingLifted } };
    },
  }),
];

const nothingLifted = { why: "none of these is in force", code: "nothing-to-lift" };

function filterOf({ which }: z.output<typeof liftBody>): SuppressionFilter {
  if (which.kind === "ids") return { ids: which.ids };
  const { kind: _, ...filter } = which;
  return given(filter);
}
