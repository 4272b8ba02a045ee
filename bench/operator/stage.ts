import { startFakeKubelet } from "../../tests/cluster/fake-kubelet.ts";
import type { BenchPlane } from "./bench-plane.ts";
import { playJobs } from "./play-jobs.ts";
import { Sightings } from "./sightings.ts";

/** Who does the work of a pod: this process, or a process of its own that is started as a container's would be. */
export type PodKind = "played" | "processes";

/** A namespace in which pods are performed and everything is seen. */
export interface Stage extends AsyncDisposable {
  readonly namespace: string;
  readonly sightings: Sightings;
}

/** Opens a namespace with a fake kubelet. */
export async function openStage(bench: BenchPlane, namespace: string, pods: PodKind): Promise<Stage> {
  await bench.createNamespace(namespace);
  const players = playJobs(bench.databaseUrl);
  const environment = { PATH: process.env["PATH"] ?? "" };
  const script = pods === "played" ? { script: players.script } : {};
  const kubelet = await startFakeKubelet(bench.plane, { namespace, environment, ...script });
  const sightings = await Sightings.of(bench.client, namespace);
  return {
    ...{ namespace, sightings },
    [Symbol.asyncDispose]: async () => {
      sightings.stop();
      await kubelet.stop();
      await players.stop();
    },
  };
}
