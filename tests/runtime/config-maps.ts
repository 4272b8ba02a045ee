import type { Kubernetes, KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import { objectKey } from "../../controllers/runtime/object-store.ts";

/** The plainest kind there is. */
export const configMaps = { group: "", version: "v1", plural: "configmaps" };

export interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** As sent to the server. */
export function configMap(name: string, data: Readonly<Record<string, string>> = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

/** What the server has now, in the form of a reflector's store. */
export async function listed(
  kubernetes: Kubernetes,
  namespace: string,
): Promise<ReadonlyMap<string, ConfigMap>> {
  const { items } = await kubernetes.list<ConfigMap>(configMaps, { namespace });
  for (const { metadata } of items) delete (metadata as { managedFields?: unknown }).managedFields;
  return new Map(items.map((item) => [objectKey(item), item]));
}
