import { isPod } from "../cluster/open-cluster.ts";
import type { ClusterNamespace } from "../cluster/ordered-writes.ts";
import type { AdminConfig } from "../config.ts";
import { kubernetesPolicies } from "./kubernetes-policies.ts";
import { localPolicies } from "./local-policies.ts";
import type { OpenPolicyStore } from "./policy-store.ts";

/** Where the policies of this installation are: as ADMIN_POLICIES says, else in the cluster that this process is a pod of, else in the database. */
export function openPoliciesOf(config: AdminConfig, cluster: () => ClusterNamespace): OpenPolicyStore {
  const where = config.ADMIN_POLICIES ?? (isPod(config) ? "cluster" : "database");
  if (where === "database") return localPolicies;
  const store = kubernetesPolicies(cluster());
  return () => store;
}
