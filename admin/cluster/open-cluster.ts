import { createKubernetes } from "../../platform/kubernetes/client.ts";
import type { AdminConfig } from "../config.ts";
import type { ClusterNamespace } from "./ordered-writes.ts";

/** An exchange with the API server may take so long: a command holds a connection meanwhile. */
const kubernetesTimeoutMs = 10_000;

/** The release's namespace of the cluster that this process is a pod of, or that its kubeconfig names; connected to when first asked for. */
export function clusterOf(config: AdminConfig): () => ClusterNamespace {
  let known: ClusterNamespace | undefined;
  return () => {
    known ??= open(config);
    return known;
  };
}

function open(config: AdminConfig): ClusterNamespace {
  const kubernetes = createKubernetes({ userAgent: adminAgent, timeoutMs: kubernetesTimeoutMs });
  return { kubernetes, namespace: config.ADMIN_NAMESPACE || kubernetes.defaultNamespace };
}

/** What the API server calls our writes. */
export const adminAgent = "billing-admin";

/** Whether this process is a pod. */
export const isPod = ({ KUBERNETES_SERVICE_HOST: host }: AdminConfig): boolean => host !== "";
