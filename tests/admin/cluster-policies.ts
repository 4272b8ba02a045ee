import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { KubeConfig } from "@kubernetes/client-node";
import { kubernetesPolicies } from "../../admin/policies/kubernetes-policies.ts";
import { kubernetesRuns } from "../../admin/runs/kubernetes-runs.ts";
import { adminAgent } from "../../admin/cluster/open-cluster.ts";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";
import { defineKinds } from "../cluster/define-kinds.ts";
import { kubectlOk } from "../cluster/kubectl.ts";
import { testNamespace, type TestNamespace } from "../cluster/test-cluster.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";

/** The admin server over the policies of a namespace of a real API server, and that namespace by kubectl. */
export interface ClusterPolicies {
  readonly admin: TestAdmin;
  readonly kubectl: (args: readonly string[], input?: object) => Promise<string>;
  /** A policy as the API server has it. */
  readonly resource: (name: string) => Promise<PolicyResource>;
}

/** What tests look at of a NotificationPolicy. */
export interface PolicyResource {
  readonly metadata: { readonly generation: number; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

const reading = "get,list,watch";
/** What the chart's Role gives the admin's account; a test of the chart holds it to that. */
const writing = `${reading},create,patch`;

/** Starts it under an account that may do what the chart's Role lets it, with or without writing policies. */
export async function clusterPolicies(
  t: TestContext,
  { write = true, through = (kubernetes: Kubernetes) => kubernetes } = {},
): Promise<ClusterPolicies> {
  const at = await testNamespace(t);
  await defineKinds(at.cluster);
  const kubectl: ClusterPolicies["kubectl"] = (args, input) =>
    kubectlOk(
      at.cluster,
      [...args, `--namespace=${at.namespace}`],
      input === undefined ? {} : { input: JSON.stringify(input) },
    );
  const kubeconfig = await accountWith(t, at, kubectl, write ? writing : reading);
  const kubernetes = through(createKubernetes({ kubeconfig, userAgent: adminAgent }));
  const place = { kubernetes, namespace: at.namespace };
  const [runs, policies] = [kubernetesRuns(place), kubernetesPolicies(place)];
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    context: { ...parts.context, openRuns: () => runs, openPolicies: () => policies },
  }));
  const resource = async (name: string): Promise<PolicyResource> =>
    JSON.parse(await kubectl(["get", "notificationpolicy", name, "-o=json"])) as PolicyResource;
  return { admin, kubectl, resource };
}

/** A kubeconfig of a service account that may do this with policies. */
async function accountWith(
  t: TestContext,
  { cluster, namespace }: TestNamespace,
  kubectl: ClusterPolicies["kubectl"],
  verbs: string,
): Promise<string> {
  await kubectl(["create", "serviceaccount", "admin"]);
  const rights = { notificationpolicies: verbs, billingruns: writing, billingschedules: reading };
  for (const [plural, own] of Object.entries(rights)) {
    await kubectl(["create", "role", plural, `--verb=${own}`, `--resource=${plural}.billing.telco.dev`]);
    const account = `--serviceaccount=${namespace}:admin`;
    await kubectl(["create", "rolebinding", plural, `--role=${plural}`, account]);
  }
  const token = (await kubectl(["create", "token", "admin"])).trim();
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const own = config.getCurrentCluster();
  if (own === null) throw new Error("the kubeconfig names no cluster");
  config.loadFromClusterAndUser(own, { name: "admin", token });
  const folder = mkdtempSync(join(tmpdir(), "admin-policies-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, randomBytes(4).toString("hex"));
  writeFileSync(file, config.exportConfig());
  return file;
}
