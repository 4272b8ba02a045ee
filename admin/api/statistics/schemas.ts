import { z } from "zod";
import { scopeQuery } from "../messages/schemas.ts";

/** `GET /statistics/messages`: status summary. */
export const messageCounts = z
  .object({
    asOf: z.iso.datetime(),
    billingClock: z.iso.datetime(),
    counts: z.array(
      z.object({
        period: z.string(),
        generation: z.int(),
        state: z.string(),
        channel: z.string(),
        reason: z.string(),
        messages: z.int(),
      }),
    ),
  })
  .meta({ id: "MessageCounts" });

/** `GET /statistics/periods`: one row a generation that has messages, the newest first. */
export const periodTotals = z
  .object({
    periods: z.array(
      z.object({
        period: z.string(),
        generation: z.int(),
        messages: z.int(),
        sent: z.int().describe("SENT or DELIVERED"),
        delivered: z.int().describe("DELIVERED: a receipt says so"),
        open: z.int(),
        dead: z.int(),
        cancelled: z.int(),
        superseded: z.int(),
        attempts: z.int(),
        failedAttempts: z.int(),
      }),
    ),
  })
  .meta({ id: "PeriodTotals" });

/** `GET /statistics/sends`: success and failure by channel and time bucket. */
export const sendsQuery = scopeQuery.extend({
  bucketMinutes: z.coerce.number().int().min(1).max(1_440).default(60),
  since: z.iso.datetime({ offset: true }).optional().describe("Not those that began before; billing clock"),
});
export const sendResults = z
  .object({
    period: z.string().nullable(),
    bucketMinutes: z.int(),
    buckets: z.array(
      z.object({
        from: z.iso.datetime().describe("Begin of the bucket, billing clock"),
        channel: z.string(),
        outcome: z.string().describe("accepted, transient, permanent, unknown, throttled"),
        sends: z.int(),
        meanMs: z.number(),
      }),
    ),
  })
  .meta({ id: "SendResults" });

/** `GET /lag`: what Kafka holds that consumers have not committed. 503 `kafka-away` when no broker answers. */
export const lag = z
  .object({
    asOf: z.iso.datetime(),
    topics: z.array(
      z.object({
        topic: z.string(),
        group: z.string(),
        lag: z.int(),
        partitions: z.array(
          z.object({
            partition: z.int(),
            end: z.int().describe("Offset of the next message"),
            committed: z.int().nullable().describe("null = nothing was committed"),
            lag: z.int(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "Lag" });

/** `GET /store`: the state of the database, which is the store of deduplication and retries too. */
export const storeState = z
  .object({
    asOf: z.iso.datetime(),
    schemaVersion: z.string(),
    databaseBytes: z.int(),
    tables: z
      .array(z.object({ table: z.string(), bytes: z.int(), rowsAbout: z.int(), leaves: z.int() }))
      .describe("With their indexes and leaves, the largest first"),
    outbox: z.object({ openBatches: z.int(), oldestAt: z.iso.datetime().nullable() }),
    commands: z.object({ running: z.int(), lastDay: z.int(), rowsAbout: z.int() }),
    pendingOrders: z.int(),
    sessions: z.int(),
    wal: z.object({ position: z.string().nullable(), timeline: z.int(), systemIdentifier: z.string() }),
    connections: z.array(z.object({ application: z.string(), connections: z.int() })),
    maxConnections: z.int(),
  })
  .meta({ id: "StoreState" });
