import { createKubernetes } from "../../platform/kubernetes/client.ts";
import type { AdminConfig } from "../config.ts";
import { kubernetesRuns } from "./kubernetes-runs.ts";
import { localRuns } from "./local-runs.ts";
import type { OpenRunStore } from "./run-store.ts";

/** An exchange with the API server may take so long: a command holds a connection meanwhile. */
const kubernetesTimeoutMs = 10_000;

/** Where the runs of this installation are: as ADMIN_RUNS says, else in the cluster that this process is a pod of, else in the database. */
export function openRunsOf(config: AdminConfig): OpenRunStore {
  const where = config.ADMIN_RUNS ?? (config.KUBERNETES_SERVICE_HOST === "" ? "local" : "kubernetes");
  if (where === "local") return localRuns;
  const kubernetes = createKubernetes({ userAgent: "billing-admin", timeoutMs: kubernetesTimeoutMs });
  const namespace = config.ADMIN_NAMESPACE || kubernetes.defaultNamespace;
  const store = kubernetesRuns({ kubernetes, namespace });
  return () => store;
}
