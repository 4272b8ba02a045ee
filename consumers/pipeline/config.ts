import { z } from "zod";
import {
  databaseVariables,
  encryptionVariables,
  kafkaVariables,
  logVariables,
  healthVariables,
} from "../../platform/config.ts";
import { letterheadVariables } from "../../platform/letterhead-variables.ts";

/** Variables of every consumer that sends. */
export const consumerVariables = {
  ...databaseVariables,
  ...kafkaVariables,
  ...encryptionVariables,
  ...logVariables,
  /** From writing a request to the head of its answer, of providers that name none of their own. Twice that stays well below the lease. */
  PROVIDER_TIMEOUT_MS: z.coerce.number().int().min(100).default(15_000),
  /** Sends under way at once. */
  IN_FLIGHT: z.coerce.number().int().min(1).max(50_000).default(4_000),
  /** Claim checks taken in one statement, at most. */
  CLAIM_BATCH: z.coerce.number().int().min(1).max(500).default(500),
  /** After SIGTERM, what is still under way is left to its lease. */
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().min(0).default(25_000),
  /** Static membership in the consumer group, e.g. the name of a StatefulSet's pod; empty = dynamic. */
  GROUP_INSTANCE_ID: z.string().default(""),
  ...healthVariables,
  ...letterheadVariables,
};

/** The configuration that all sending consumers share. */
export type ConsumerConfig = z.output<z.ZodObject<typeof consumerVariables>>;
