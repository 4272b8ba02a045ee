import { z } from "zod";
import { listBatches } from "../../database/batches/list-batches.ts";
import { readCursor, toPage } from "../http/keyset.ts";
import { listRoute, type Route } from "../http/route.ts";
import { period } from "./runs/run-schemas.ts";

const count = z.int().min(0);

const batch = z
  .object({
    id: z.int(),
    job: z.string().describe("Subcommand, e.g. `settle`"),
    period: period.nullable().describe("null = about no month, such as an import"),
    generation: z.int().nullable(),
    partitionIndex: z.int().nullable(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    seconds: z.number(),
    total: count,
    succeeded: count,
    failed: count,
    state: z.enum(["succeeded", "failed"]).describe("`failed`: as a whole, and nothing of it was done"),
    errorCode: z.string().nullable(),
    detail: z.string(),
  })
  .meta({ id: "Batch" });

/** The standard log of every batch (ST9): when, how many, how many of them failed. */
export const batchRoutes: readonly Route[] = [
  listRoute({
    path: "/batches",
    role: "viewer",
    tag: "Batches",
    summary: "Log of every batch: job, beginning, end, total, succeeded, failed; newest first",
    query: z.object({
      job: z.string().max(50).optional(),
      period: period.optional(),
      generation: z.coerce.number().int().min(1).optional(),
      failed: z
        .enum(["true", "false"])
        .default("false")
        .describe("`true`: only those in which something failed"),
    }),
    item: batch,
    list: async ({ query: { limit, cursor, failed, ...filter } }, { pool }) => {
      const before = readCursor(cursor, z.tuple([z.int()]))?.[0];
      const rows = await listBatches(pool, { ...filter, failed: failed === "true", before }, limit + 1);
      return toPage(rows, limit, ({ id }) => [id]);
    },
  }),
];
