import { join } from "node:path";
import { kubectlOk } from "./kubectl.ts";
import { builtFolder } from "./programs.ts";
import type { RealCluster } from "./real-cluster.ts";

const inputs = ["build.sh", "image.sh", "keda/go.mod", "keda/go.sum", "keda/kustomization.yaml"];

const deployments = ["keda-operator", "keda-metrics-apiserver", "keda-admission"];

/** Installs KEDA into namespace `keda` and waits until it scales: 25 to 40 seconds. */
export async function installKeda(cluster: RealCluster): Promise<void> {
  const folder = builtFolder("keda", "kubernetes", inputs);
  await cluster.importImage(join(folder, "image.tar"));
  // Server-side: its CRDs are larger than the annotation that client-side apply writes.
  await kubectlOk(cluster, ["apply", "--server-side", "-f", join(folder, "keda.yaml")]);
  for (const name of deployments) {
    await kubectlOk(cluster, ["-n", "keda", "rollout", "status", `deploy/${name}`, "--timeout=180s"]);
  }
  const metrics = "apiservice/v1beta1.external.metrics.k8s.io";
  await kubectlOk(cluster, ["wait", "--for=condition=Available", metrics, "--timeout=120s"]);
}
