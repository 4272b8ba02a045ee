import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { helm, kubectlOk } from "../cluster/kubectl.ts";
import { testNamespace, type TestNamespace } from "../cluster/test-cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "chart-test-"));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What `kubectl` calls the chart's definitions, of which a cluster has one each for all releases. */
export const crds = ["billingruns", "billingschedules", "notificationpolicies"].map(
  (kind) => `crd/${kind}.billing.telco.dev`,
);

/** A file with values for `-f`. */
export function valuesFile(values: object): string {
  const path = join(folder, `${randomBytes(4).toString("hex")}.json`);
  writeFileSync(path, JSON.stringify(values));
  return path;
}

/** A namespace, with Helm and kubectl in it. */
export interface Place extends TestNamespace {
  readonly helm: (...args: string[]) => Promise<string>;
  readonly kubectl: (...args: string[]) => Promise<string>;
  /** Creates an object of a manifest, strictly. */
  readonly create: (object: object) => Promise<string>;
}

/** A namespace that admits restricted pods only. What the test installs there is removed when it ends. */
export async function restrictedNamespace(t: TestContext): Promise<Place> {
  const { cluster, namespace } = await testNamespace(t);
  const level = "pod-security.kubernetes.io/enforce=restricted";
  await kubectlOk(cluster, ["label", "namespace", namespace, level]);
  return {
    ...{ cluster, namespace },
    helm: (...args) => helm(cluster, [...args, "--namespace", namespace]),
    kubectl: (...args) => kubectlOk(cluster, [...args, "--namespace", namespace]),
    create: (object) =>
      kubectlOk(cluster, ["create", "-f", "-", "--validate=strict", "--namespace", namespace], {
        input: JSON.stringify(object),
      }),
  };
}
