import { z } from "zod";
import { databaseVariables, logVariables } from "../platform/config.ts";
import { localUsersForm, parseLocalUsers } from "./access/local-users.ts";

/** Variables of `admin`. */
export const adminVariables = z.object({
  ...databaseVariables,
  ...logVariables,
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_admin"),
  /** Connections to PostgreSQL. */
  ADMIN_CONNECTIONS: z.coerce.number().int().min(2).max(100).default(10),
  /** Port of the API and the dashboard; 0 = any, printed. */
  ADMIN_PORT: z.coerce.number().int().min(0).max(65_535).default(8_080),
  ADMIN_HOST: z.string().default("0.0.0.0"),
  /** People with a password of this installation; empty = none. */
  ADMIN_USERS: z
    .string()
    .regex(localUsersForm, "must be name:role[+role]:salt:hash[,…] as `admin password` prints it")
    .default("")
    .transform(parseLocalUsers),
  /** Cookies only over TLS; `false` for a laptop without it. */
  ADMIN_SECURE_COOKIES: z
    .enum(["true", "false"])
    .default("true")
    .transform((text) => text === "true"),
  /** Reverse proxies in front that add X-Forwarded-For. */
  ADMIN_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  /** Requests a minute of one address. */
  ADMIN_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(1_200),
  /** Attempts a minute of one address to sign in. */
  ADMIN_SIGN_INS_PER_MINUTE: z.coerce.number().int().min(1).default(10),
  /** After SIGTERM: how long requests under way may take. */
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().min(0).default(15_000),
  /** Port of /healthz, /readyz and /metrics; 0 = none. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
});

/** The configuration of `admin`. */
export type AdminConfig = z.output<typeof adminVariables>;
