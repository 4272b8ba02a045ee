import { z } from "zod";

const policyName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
    "must be a Kubernetes name: small letters, digits, - and .",
  );

export const policyParams = z.object({ name: policyName });

const writable = z
  .boolean()
  .describe("Whether this installation may write policies: in a cluster RBAC says so");

const generationUse = z.object({
  period: z.string(),
  generation: z.int(),
  state: z.string(),
  run: z.string(),
  promoted: z.boolean().describe("A promoted generation keeps the policy as it was then"),
});

/** One policy: `GET /policies/{name}`. `default` is the program's own where nobody stored one. */
export const policy = z
  .object({
    name: z.string(),
    source: z.enum(["stored", "built-in"]),
    writable,
    version: z.string().describe("What `If-Match` of a change names; also the ETag"),
    updatedAt: z.iso.datetime().nullable(),
    alsoWrittenBy: z
      .array(z.string())
      .describe(
        "Who else writes the resource, as the API server calls them: GitOps would set back what is stored here",
      ),
    spec: z
      .unknown()
      .describe(
        "As NotificationPolicy's `spec`, with its defaults: quietHours, holidays, channels, retries, …",
      ),
    usedBy: z.array(generationUse).describe("Generations of runs that refer to it, the newest first"),
  })
  .meta({ id: "NotificationPolicy" });

/** `GET /policies`. */
export const policies = z
  .object({
    writable,
    policies: z.array(
      z.object({
        name: z.string(),
        source: z.enum(["stored", "built-in", "referenced"]),
        updatedAt: z.iso.datetime().nullable(),
        generations: z.int().describe("How many generations belong to runs that refer to it"),
      }),
    ),
  })
  .meta({ id: "NotificationPolicies" });

/** `PUT /policies/{name}`. The spec is checked as the CRD checks it; each wrong field is named. */
export const storePolicyBody = z
  .strictObject({ spec: z.unknown().describe("As NotificationPolicy's `spec`") })
  .meta({ id: "StorePolicy" });
export const storedPolicy = z
  .object({ name: z.string(), spec: z.unknown(), version: z.string() })
  .meta({ id: "StoredPolicy" });
