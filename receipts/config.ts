import { z } from "zod";
import { databaseVariables, logVariables, healthVariables } from "../platform/config.ts";
import { parseWebhookKeys, webhookKeysForm } from "../platform/webhook-signature.ts";

/** Variables of `receipts`. */
export const receiptsVariables = z.object({
  ...databaseVariables,
  ...logVariables,
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_receipts"),
  /** Keys that providers sign with; several while they change. */
  RECEIPT_KEYS: z
    .string()
    .regex(webhookKeysForm, "must be [source/]id:base64-of-32-bytes-or-more[,[source/]id:base64…]")
    .transform(parseWebhookKeys),
  /** Port of the webhook; 0 = any, printed. */
  RECEIPTS_PORT: z.coerce.number().int().min(0).max(65_535).default(8_081),
  RECEIPTS_HOST: z.string().default("0.0.0.0"),
  /** How old, or how far ahead, a signature may be. */
  RECEIPT_WINDOW_S: z.coerce.number().int().min(10).max(3_600).default(300),
  /** Longest body. */
  RECEIPT_BODY_BYTES: z.coerce.number().int().min(1_000).max(16_777_216).default(1_048_576),
  /** Most events of one request. */
  RECEIPT_BATCH: z.coerce.number().int().min(1).max(5_000).default(1_000),
  /** Requests under way at once; beyond it 503, and the provider repeats. */
  RECEIPT_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(64),
  /** Connections to PostgreSQL. */
  RECEIPT_CONNECTIONS: z.coerce.number().int().min(2).max(50).default(4),
  /** How often receipts are looked for whose message has become known. */
  SWEEP_INTERVAL_MS: z.coerce.number().int().min(100).default(5_000),
  /** How long a receipt waits for its message. */
  RECEIPT_PATIENCE_HOURS: z.coerce.number().int().min(1).max(2_160).default(168),
  /** After SIGTERM: how long requests under way may take. */
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().min(0).default(15_000),
  ...healthVariables,
});

/** The configuration of `receipts`. */
export type ReceiptsConfig = z.output<typeof receiptsVariables>;
