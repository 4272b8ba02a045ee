import { apiVersion } from "../crds/billing-run.ts";
import { readBillingRunStatus, type BillingRun, type BillingRunStatus } from "../crds/billing-run-status.ts";
import type { BillingRunSpec } from "../crds/billing-run.ts";
import type {
  Kubernetes,
  KubernetesObject,
  ObjectAddress,
  Resource,
} from "../platform/kubernetes/kubernetes.ts";
import { Refusal } from "./refusal.ts";

const [group = "", version = ""] = apiVersion.split("/");

/** Where BillingRuns live in the API. */
export const billingRuns: Resource = { group, version, plural: "billingruns" };

/** A run as it stands in the API server. The server has filled in the defaults of its spec. */
export interface Run extends BillingRun {
  /** RFC 3339. */
  readonly createdAt: string;
}

/** A run as the API server has it, before it is understood. */
export interface StoredRun extends KubernetesObject {
  readonly spec: BillingRunSpec;
  readonly status?: unknown;
}

/** Reads what the API server sent; a status of another version of the operator counts as none. */
export function toRun({ metadata, spec, status }: StoredRun): Run {
  const { name, uid = "", generation = 1, creationTimestamp = "" } = metadata;
  const read: BillingRunStatus | undefined = readBillingRunStatus(status);
  return {
    metadata: { name, uid, generation },
    createdAt: creationTimestamp,
    spec,
    ...(read !== undefined && { status: read }),
  };
}

/** The address of the run of that name. */
export function runAddress(namespace: string, name: string): ObjectAddress {
  return { resource: billingRuns, namespace, name };
}

/** The run of that name; refuses, with the names there are, when there is none. */
export async function readRun(kubernetes: Kubernetes, namespace: string, name: string): Promise<StoredRun> {
  const found = await kubernetes.get<StoredRun>(runAddress(namespace, name));
  if (found !== null) return found;
  const { items } = await kubernetes.list<StoredRun>(billingRuns, { namespace });
  const names = items.map(({ metadata }) => metadata.name).join(", ");
  throw new Refusal(`namespace ${namespace} has no BillingRun ${name}; it has ${names || "none at all"}`);
}
