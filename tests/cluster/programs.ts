import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../local/toolchain.ts";

/** What the one Kubernetes program of setup/kubernetes.sh runs as. */
export type ClusterProgram =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubectl"
  | "kubelet"
  | "kube-proxy"
  | "coredns"
  | "helm";

/** A folder of the cache whose name ends in the checksum of what it was built from, as setup/ names it. */
export function builtFolder(name: string, module: string, inputs: readonly string[]): string {
  const hash = createHash("sha256");
  for (const input of inputs)
    hash.update(readFileSync(new URL(`../../setup/${module}/${input}`, import.meta.url)));
  const folder = join(cacheFolder(), `${name}-${hash.digest("hex").slice(0, 12)}`);
  if (!existsSync(folder)) throw new Error(`${folder} has not been built; run "make setup" or "make e2e"`);
  return folder;
}

/** Where a program of the test cluster is: in KUBEBUILDER_ASSETS if that has it, else what setup/ built. */
export function clusterProgram(name: ClusterProgram): string {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets && existsSync(join(assets, name))) return join(assets, name);
  return join(
    builtFolder("kubernetes", "kubernetes", ["build.sh", "go.mod", "go.sum", "main.go"]),
    "bin",
    name,
  );
}
