import { randomBytes } from "node:crypto";
import { after, type TestContext } from "node:test";
import { KubeConfig } from "@kubernetes/client-node";
import { type ClusterAccess, type ControlPlane, startControlPlane } from "./control-plane.ts";
import { kubectl, kubectlOk } from "./kubectl.ts";

let shared: Promise<ControlPlane> | undefined;

// At the top of the module, so that it runs after the last test of the file.
after(async () => {
  await (await shared)?.stop();
});

/**
 * Path of the cluster that the user wants the tests to run on: TEST_KUBECONFIG, or KUBECONFIG with
 * USE_EXISTING_CLUSTER=true as the tests of other operators have it. Undefined: the tests start their own.
 */
export function existingKubeconfig(): string | undefined {
  const { TEST_KUBECONFIG, USE_EXISTING_CLUSTER, KUBECONFIG } = process.env;
  if (TEST_KUBECONFIG) return TEST_KUBECONFIG;
  return USE_EXISTING_CLUSTER === "true" ? KUBECONFIG : undefined;
}

/** Access to the cluster of `path`. Tests that kill a component, or audit, start their own control plane instead. */
export function existingCluster(path: string): ClusterAccess {
  const config = new KubeConfig();
  config.loadFromFile(path);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error(`${path} names no current cluster`);
  return { kubeconfig: path, server };
}

/** The cluster of this test process: the user's, or a control plane that is started at the first call. */
export async function testCluster(): Promise<ClusterAccess> {
  const path = existingKubeconfig();
  if (path !== undefined) return existingCluster(path);
  shared ??= startControlPlane();
  return shared;
}

/** A cluster and a namespace that no other test has; the namespace is deleted when the test ends. */
export interface TestNamespace {
  readonly cluster: ClusterAccess;
  readonly namespace: string;
}

/** A new namespace on the cluster of this test process, or on another one. */
export async function testNamespace(t: TestContext, other?: ClusterAccess): Promise<TestNamespace> {
  const cluster = other ?? (await testCluster());
  const namespace = `test-${randomBytes(4).toString("hex")}`;
  await kubectlOk(cluster, ["create", "namespace", namespace]);
  t.after(() => kubectl(cluster, ["delete", "namespace", namespace, "--wait=false"]));
  return { cluster, namespace };
}
