import { customResourceDefinition, definitionName } from "../../crds/custom-resource-definition.ts";
import { kinds } from "../../crds/kinds.ts";
import type { ClusterAccess } from "./control-plane.ts";
import { kubectlOk } from "./kubectl.ts";

/** Defines the kinds of this operator, and waits until the API server serves them. */
export async function defineKinds(cluster: ClusterAccess): Promise<void> {
  const definitions = { apiVersion: "v1", kind: "List", items: kinds.map(customResourceDefinition) };
  await kubectlOk(cluster, ["apply", "--server-side", "-f", "-"], { input: JSON.stringify(definitions) });
  const names = kinds.map((kind) => `crd/${definitionName(kind)}`);
  await kubectlOk(cluster, ["wait", "--for=condition=Established", "--timeout=60s", ...names]);
}
