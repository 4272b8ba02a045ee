import { z } from "zod";
import { databaseVariables, encryptionVariables, kafkaVariables, logVariables } from "../platform/config.ts";
import { letterheadVariables } from "../platform/letterhead-variables.ts";
import { roles } from "./access/actor.ts";
import { localUsersForm, parseLocalUsers } from "./access/local-users.ts";
import { roleMap } from "./access/oidc.ts";

/** Variables of `admin`. */
export const adminVariables = z.object({
  ...databaseVariables,
  ...logVariables,
  ...letterheadVariables,
  /** Opens contacts, masked or for whom a reason was given; none = no contact is shown. */
  ENCRYPTION_KEYS: encryptionVariables.ENCRYPTION_KEYS.optional(),
  /** Finds members by contact; none = they are found by number only. */
  BLIND_INDEX_KEY: encryptionVariables.BLIND_INDEX_KEY.optional(),
  /** Where lag is asked; none = it is not shown. */
  ...kafkaVariables,
  KAFKA_BOOTSTRAP: kafkaVariables.KAFKA_BOOTSTRAP.optional(),
  /** Orders that move more messages than this wait for an approver; 0 = all of them. */
  ADMIN_APPROVAL_OVER_MESSAGES: z.coerce.number().int().min(0).default(1_000),
  /** Where notification policies live; [`cluster` in a pod, whose resources are the truth, else `database`]. */
  ADMIN_POLICIES: z.enum(["database", "cluster"]).optional(),
  /** Adjustments and credit notes beyond this many minor units wait for an approver; 0 = all of them. */
  ADMIN_APPROVAL_ABOVE_MINOR: z.coerce.number().int().min(0).default(50_000),
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_admin"),
  /** Connections to PostgreSQL that read. */
  ADMIN_CONNECTIONS: z.coerce.number().int().min(2).max(100).default(10),
  /** Connections that execute commands: so many at once, the others wait. */
  ADMIN_COMMAND_CONNECTIONS: z.coerce.number().int().min(1).max(50).default(4),
  /** Port of the API and the dashboard; 0 = any, printed. */
  ADMIN_PORT: z.coerce.number().int().min(0).max(65_535).default(8_080),
  ADMIN_HOST: z.string().default("0.0.0.0"),
  /** People with a password of this installation; empty = none. */
  ADMIN_USERS: z
    .string()
    .regex(localUsersForm, "must be name:role[+role]:salt:hash[,…] as `admin password` prints it")
    .default("")
    .transform(parseLocalUsers),
  /** OpenID Connect: whose access tokens are taken; empty = none. */
  ADMIN_OIDC_ISSUER: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
  /** What the tokens' `aud` must hold. */
  ADMIN_OIDC_AUDIENCE: z.string().default("billing-operator"),
  /** Claim that lists roles or groups; dotted for a nested one. */
  ADMIN_OIDC_ROLES_CLAIM: z.string().min(1).default("roles"),
  /** What a value of it means: `billing-ops=operator,billing-audit=viewer`. */
  ADMIN_OIDC_ROLES: roleMap.default(new Map(roles.map((role) => [role, role]))),
  /** Claim that names the person in the audit log. */
  ADMIN_OIDC_NAME_CLAIM: z.string().min(1).default("preferred_username"),
  /** Kubernetes: audience that service-account tokens must be made for; empty = none are taken. */
  ADMIN_TOKEN_AUDIENCE: z.string().default(""),
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
  /** Where runs live; [`kubernetes` in a pod of a cluster, else `local`: rows of the database]. */
  ADMIN_RUNS: z.enum(["kubernetes", "local"]).optional(),
  /** Namespace of the BillingRuns; [the pod's, or the kubeconfig's]. */
  ADMIN_NAMESPACE: z.string().default(""),
  /** Set by Kubernetes in every pod. */
  KUBERNETES_SERVICE_HOST: z.string().default(""),
  /** After SIGTERM: how long requests under way may take. */
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().min(0).default(15_000),
  /** Port of /healthz, /readyz and /metrics; 0 = none. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
});

/** The configuration of `admin`. */
export type AdminConfig = z.output<typeof adminVariables>;
