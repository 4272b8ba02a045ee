import { z } from "zod";
import { databaseVariables, healthVariables, logVariables } from "../platform/config.ts";
import { letterheadVariables } from "../platform/letterhead-variables.ts";

/** Variables of `bill-page`. */
export const billPageVariables = z.object({
  ...databaseVariables,
  ...logVariables,
  ...letterheadVariables,
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_bill_page"),
  /** The keys that consumers sign links with; without any no link could be believed. */
  LINK_KEYS: letterheadVariables.LINK_KEYS.unwrap().refine((keys) => keys !== "", {
    error: "is empty",
  }),
  /** Port of the pages; 0 = any, printed. */
  BILL_PAGE_PORT: z.coerce.number().int().min(0).max(65_535).default(8_082),
  BILL_PAGE_HOST: z.string().default("0.0.0.0"),
  /** Reverse proxies in front that add X-Forwarded-For. */
  BILL_PAGE_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  /** Requests a minute of one address. */
  BILL_PAGE_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(60),
  /** Requests under way at once; beyond it 503. */
  BILL_PAGE_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(64),
  /** Connections to PostgreSQL. */
  BILL_PAGE_CONNECTIONS: z.coerce.number().int().min(1).max(50).default(4),
  /** After SIGTERM: how long requests under way may take. */
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().min(0).default(15_000),
  ...healthVariables,
});

/** The configuration of `bill-page`. */
export type BillPageConfig = z.output<typeof billPageVariables>;
