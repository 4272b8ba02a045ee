import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { startControlPlane } from "./control-plane.ts";
import { installKeda } from "./keda.ts";
import { removeLeftovers } from "./node/leftovers.ts";
import { clusterProgram } from "./programs.ts";
import { startCluster } from "./real-cluster.ts";

// A cluster for a person: `node tests/cluster/run.ts control-plane | node [--keda] [image.tar…] | down`, see docs/cluster.md.

interface Started {
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
}

const usage = "usage: node tests/cluster/run.ts control-plane | node [--keda] [image.tar...] | down";

async function start(kind: string | undefined, images: readonly string[], keda: boolean): Promise<Started> {
  if (kind === "control-plane") return startControlPlane();
  if (kind !== "node") throw new Error(usage);
  const cluster = await startCluster({ images });
  if (keda) await installKeda(cluster);
  return cluster;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { keda: { type: "boolean", default: false } },
});
const [kind, ...images] = positionals;

if (kind === "down") {
  await removeLeftovers();
} else {
  const { kubeconfig, stop } = await start(kind, images, values.keda);
  console.log("The cluster runs until Ctrl-C. In another shell:\n");
  console.log(`  export KUBECONFIG=${kubeconfig} PATH=${dirname(clusterProgram("kubectl"))}:$PATH`);
  const keepAlive = setInterval(() => undefined, 3_600_000);
  const end = (): void => {
    clearInterval(keepAlive);
    void stop();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
}
