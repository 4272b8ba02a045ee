import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { helm, kubectlOk } from "../../tests/cluster/kubectl.ts";
import type { RealCluster } from "../../tests/cluster/real-cluster.ts";
import type { ProjectImage } from "../../tests/e2e/project-image.ts";

const chart = fileURLToPath(new URL("../../charts/billing-operator", import.meta.url));

/** Installs the chart by its defaults, less everything that delivers: settlement needs neither Kafka nor a provider. */
export async function installOperator(
  cluster: RealCluster,
  image: ProjectImage,
  { namespace, databaseUrl }: { readonly namespace: string; readonly databaseUrl: string },
): Promise<void> {
  await kubectlOk(cluster, ["create", "namespace", namespace]);
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "database" } };
  const input = JSON.stringify({ ...secret, stringData: { DATABASE_URL: databaseUrl } });
  await kubectlOk(cluster, ["-n", namespace, "apply", "-f", "-"], { input });
  const separator = image.name.lastIndexOf(":");
  const values = {
    image: { repository: image.name.slice(0, separator), tag: image.name.slice(separator + 1) },
    database: { existingSecret: "database", ports: [Number(new URL(databaseUrl).port)] },
    // Nothing that is started reads these two.
    encryption: { existingSecret: "none" },
    kafka: { bootstrap: "none.invalid:9092" },
    migration: { mode: "none" },
    dispatcher: { replicas: 0 },
    consumerDefaults: { enabled: false },
    deadLetter: { enabled: false },
  };
  const folder = mkdtempSync(join(tmpdir(), "bench-values-"));
  try {
    const file = join(folder, "values.json");
    writeFileSync(file, JSON.stringify(values));
    await helm(cluster, ["install", "bench", chart, "-n", namespace, "-f", file, "--wait", "--timeout=240s"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
