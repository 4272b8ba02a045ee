import { z } from "zod";
import { databaseVariables, logVariables, healthVariables } from "../../platform/config.ts";

/** Variables of the operator. Credentials of the API server: KUBECONFIG, or the pod's service account. */
export const operatorVariables = z.object({
  ...databaseVariables,
  /** It only reads; a login of its own needs no other role. */
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_operator"),
  ...logVariables,
  /** Namespace whose resources are reconciled; empty = its own. */
  WATCH_NAMESPACE: z.string().default(""),
  /** Namespace of the Lease; empty = its own. */
  POD_NAMESPACE: z.string().default(""),
  /** Who it is, on the Lease and on Events. */
  POD_NAME: z.string().min(1).default("billing-operator"),
  /** PodTemplateSpec in YAML whose container `job` runs the program. */
  JOB_TEMPLATE_FILE: z.string().min(1, "must be the path of a PodTemplateSpec in YAML"),
  /** Of several replicas one works. Without an election there must be one only. */
  LEADER_ELECTION: z.enum(["true", "false"]).default("true"),
  /** How fast another replica takes over; the Lease's duration. */
  LEASE_DURATION_MS: z.coerce.number().int().min(1_000).default(15_000),
  ...healthVariables,
});

/** The operator's configuration. */
export type OperatorConfig = z.output<typeof operatorVariables>;
