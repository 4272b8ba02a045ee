import { isPod } from "../cluster/open-cluster.ts";
import type { ClusterNamespace } from "../cluster/ordered-writes.ts";
import type { AdminConfig } from "../config.ts";
import { kubernetesRuns } from "./kubernetes-runs.ts";
import { localRuns } from "./local-runs.ts";
import type { OpenRunStore } from "./run-store.ts";

/** Where the runs of this installation are: as ADMIN_RUNS says, else in the cluster that this process is a pod of, else in the database. */
export function openRunsOf(config: AdminConfig, cluster: () => ClusterNamespace): OpenRunStore {
  const where = config.ADMIN_RUNS ?? (isPod(config) ? "kubernetes" : "local");
  if (where === "local") return localRuns;
  const store = kubernetesRuns(cluster());
  return () => store;
}
