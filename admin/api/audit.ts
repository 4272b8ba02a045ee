import { z } from "zod";
import { listAudit } from "../../database/audit/list-audit.ts";
import { readCursor, toPage } from "../http/keyset.ts";
import { listRoute, type Route } from "../http/route.ts";

const auditEntry = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.unknown(),
  })
  .meta({ id: "AuditEntry" });

/** What people and processes did, newest first. */
export const auditRoutes: readonly Route[] = [
  listRoute({
    path: "/audit",
    role: "viewer",
    tag: "Audit",
    summary: "What people and processes did, newest first",
    query: z.object({
      actor: z.string().max(200).optional().describe("Who did it"),
      action: z.string().max(100).optional().describe("As the entry says it, e.g. `run.approve`"),
    }),
    item: auditEntry,
    list: async ({ query: { limit, cursor, ...filter } }, { pool }) => {
      const before = readCursor(cursor, z.tuple([z.int()]))?.[0];
      const rows = await listAudit(pool, { ...filter, before }, limit + 1);
      return toPage(rows, limit, ({ id }) => [id]);
    },
  }),
];
