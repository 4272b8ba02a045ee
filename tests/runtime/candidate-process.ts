// A leader that writes all the time: node candidate-process.ts <kubeconfig> <namespace> <name>. What it does is told
// to its parent, with the time on the clock that all processes of the machine share.
import { setTimeout as sleep } from "node:timers/promises";
import { createLeaderElection } from "../../controllers/runtime/leader-election.ts";
import { writesWhile } from "../../controllers/runtime/writes-while.ts";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import { configMap, configMaps } from "./config-maps.ts";

/** `wrote`: the server has confirmed a write that was begun at `at`. */
export interface Told {
  readonly what: "leads" | "lost" | "wrote" | "refused";
  readonly at: number;
}

const [kubeconfig = "", namespace = "", name = ""] = process.argv.slice(2);
const tell = (what: Told["what"], at: bigint): void => void process.send?.({ what, at: Number(at) });
const now = (): bigint => process.hrtime.bigint();

const kubernetes = createKubernetes({ kubeconfig });
const election = createLeaderElection({
  kubernetes,
  namespace,
  name: "operator",
  identity: name,
  leaseDurationMs: 3_000,
  renewDeadlineMs: 2_000,
  retryPeriodMs: 200,
  onLeading: () => tell("leads", now()),
  onLost: () => tell("lost", now()),
  onError: (error) => process.stderr.write(`${name}: ${String(error)}\n`),
});
const guarded = writesWhile(() => election.isLeading(), kubernetes);

// Goes on after the signal, as a reconcile does that was under way: the guard has to stop it.
async function write(): Promise<void> {
  const begunAt = now();
  try {
    await guarded.apply(
      { resource: configMaps, namespace, name: "work" },
      configMap("work", { by: name }),
      name,
    );
    tell("wrote", begunAt);
  } catch {
    tell("refused", begunAt);
  }
}

process.on("disconnect", () => process.exit());
const stopping = new AbortController();
process.on("SIGTERM", () => stopping.abort());
const running = election.run(async (until) => {
  while (!until.aborted) {
    await write();
    await sleep(5);
  }
  await write();
}, stopping.signal);
await running;
process.disconnect();
