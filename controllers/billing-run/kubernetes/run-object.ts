import { z } from "zod";
import { apiVersion, billingRunSpec } from "../../../crds/billing-run.ts";
import type { BillingRun, BillingRunStatus } from "../../../crds/billing-run-status.ts";
import type { KubernetesObject, ObjectAddress } from "../../../platform/kubernetes/kubernetes.ts";
import { billingRuns } from "./names.ts";

/** A BillingRun as the API server shows it: its schema has been checked, unless its definition is older than we are. */
export interface RunObject extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** The run in an object, or what is wrong with its spec. */
export type ReadRun =
  | { readonly kind: "valid"; readonly run: BillingRun }
  | { readonly kind: "invalid"; readonly problem: string };

/** Reads a BillingRun with the defaults of its spec; fields of the status that are absent are null. */
export function readRunObject(object: RunObject, status: BillingRunStatus | undefined): ReadRun {
  const spec = billingRunSpec.safeParse(object.spec);
  if (!spec.success) return { kind: "invalid", problem: z.prettifyError(spec.error) };
  const { name, uid = "", generation = 0, deletionTimestamp } = object.metadata;
  const metadata = { name, uid, generation, ...(deletionTimestamp !== undefined && { deletionTimestamp }) };
  return { kind: "valid", run: { metadata, spec: spec.data, ...(status !== undefined && { status }) } };
}

export function runAddress({ metadata }: RunObject): ObjectAddress {
  return { resource: billingRuns, namespace: metadata.namespace ?? "", name: metadata.name };
}

/** What every server-side apply of the run names: the very object, not another one of its name. */
export function runIdentity({ metadata }: RunObject): object {
  const { name, namespace, uid } = metadata;
  return { apiVersion, kind: "BillingRun", metadata: { name, namespace, uid } };
}
