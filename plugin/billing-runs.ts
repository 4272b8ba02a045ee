import { apiVersion, type BillingRunSpec } from "../crds/billing-run.ts";
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

/** A run as the API server has it, before it is understood. */
export interface StoredRun extends KubernetesObject {
  readonly spec: BillingRunSpec;
  readonly status?: unknown;
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
