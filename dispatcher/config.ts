import { z } from "zod";
import { databaseVariables, kafkaVariables, logVariables, healthVariables } from "../platform/config.ts";

/** Variables of the dispatcher. */
export const dispatcherVariables = z.object({
  ...databaseVariables,
  ...kafkaVariables,
  ...logVariables,
  /** Rows a statement queues at most. */
  DISPATCH_BATCH: z.coerce.number().int().min(1).max(5_000).default(5_000),
  /** Rows QUEUED and not yet claimed, a channel: beyond it nothing more is queued until consumers catch up. */
  MAX_QUEUED: z.coerce.number().int().min(1).default(20_000),
  /** Pause when nothing was due. */
  POLL_INTERVAL_MS: z.coerce.number().int().min(10).default(250),
  /** How often leases, left-over batches and lost claim checks are looked for. */
  SWEEP_INTERVAL_MS: z.coerce.number().int().min(100).default(5_000),
  /** An outbox batch open for longer than this was left by a crash. */
  BATCH_RECOVERY_MS: z.coerce.number().int().min(0).default(30_000),
  /** A claim check not seen for longer than this is produced again. */
  QUEUED_OVERDUE_MS: z.coerce.number().int().min(1_000).default(900_000),
  ...healthVariables,
});

/** The dispatcher's configuration. */
export type DispatcherConfig = z.output<typeof dispatcherVariables>;
