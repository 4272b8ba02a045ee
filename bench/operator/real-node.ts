import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { billingRuns } from "../../controllers/billing-run/kubernetes/names.ts";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import { type Client, connect } from "../../platform/postgres.ts";
import { network } from "../../tests/cluster/node/network.ts";
import { type RealCluster, startCluster } from "../../tests/cluster/real-cluster.ts";
import { buildProjectImage } from "../../tests/e2e/project-image.ts";
import { type BenchServer, startBenchServer } from "../settle/bench-server.ts";
import { dropGeneration } from "../settle/drop-generation.ts";
import { settleByPipeline } from "../settle/pipeline.ts";
import { applyRun } from "./bench-plane.ts";
import { environmentFor, generateMonth, PERIOD, TARIFF } from "./billing-month.ts";
import { installOperator } from "./install-operator.ts";
import { type LedgerTimes, readLedgerTimes } from "./ledger-times.ts";
import { type MachineSeconds, startMachineMeter } from "./machine-meter.ts";
import { median, whole } from "./median.ts";
import { Sightings } from "./sightings.ts";

interface RealNodeOptions {
  readonly members: number;
  /** Each count is measured, over the same month. */
  readonly partitions: readonly number[];
  readonly parallelism: number;
  readonly rounds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** One settlement: from the creation of the Job, or the start of the local runner's, to its end. */
interface Settlement {
  readonly seconds: number;
  readonly ledger: LedgerTimes;
  readonly cpu: MachineSeconds;
}

interface PodSettlement extends Settlement {
  /** From the creation of the Job until the first partition is claimed. */
  readonly startSeconds: number;
  /** From the last commit until the Job is complete … */
  readonly endSeconds: number;
  /** … of which until the last pod is seen to have ended. */
  readonly podEndSeconds: number;
  /** From the creation of the Job until the operator, which reads the ledger, creates the next one. */
  readonly goesOnSeconds: number;
  /** From the creation of each pod until it is seen running. */
  readonly podStartSeconds: readonly number[];
}

interface Site {
  readonly cluster: RealCluster;
  readonly server: BenchServer;
  readonly database: Client;
  readonly client: KubernetesClient;
  readonly sightings: Sightings;
  readonly options: RealNodeOptions;
}

const namespace = "billing";

/**
 * Settlement of the same month over the same database with the same partitions, by pods on a real node and by the local
 * runner, in turns; the cluster is there in both. Refuses figures of unequal results.
 */
export async function measureRealNode(options: RealNodeOptions): Promise<object> {
  const image = await buildProjectImage();
  await using stack = new AsyncDisposableStack();
  const cluster = await startCluster({ images: [image.tar] });
  stack.defer(() => cluster.stop());
  const networks = [`${network.node}/30`, network.pods];
  const server = stack.use(
    await startBenchServer(options.folder, { address: cluster.hostAddress, networks }),
  );
  options.say(`generating ${options.members} members`);
  await generateMonth(server.url, options.members);
  const databaseUrl = server.url.replace("@127.0.0.1:", `@${cluster.hostAddress}:`);
  await installOperator(cluster, image, { namespace, databaseUrl });
  const database = await connect({ url: server.url, applicationName: "bench" });
  stack.defer(() => database.end());
  const client = createKubernetes({ kubeconfig: cluster.kubeconfig, userAgent: "bench" });
  const sightings = await Sightings.of(client, namespace);
  stack.defer(() => {
    sightings.stop();
  });
  const site = { cluster, server, database, client, sightings, options };
  const { members, parallelism, rounds } = options;
  const byPartitions: object[] = [];
  for (const partitions of options.partitions) byPartitions.push(await measureRounds(site, partitions));
  return { members, parallelism, rounds, byPartitions };
}

async function measureRounds(site: Site, partitions: number): Promise<object> {
  const { rounds, say } = site.options;
  const [local, pods]: [Settlement[], PodSettlement[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    const steps = [
      async () => void local.push(await settleLocally(site, `local-${partitions}-${round}`, partitions)),
      async () => void pods.push(await settleByPods(site, `pods-${partitions}-${round}`, partitions)),
    ];
    // Whoever is first finds other caches than the second.
    for (const step of round % 2 === 1 ? steps : steps.reverse()) await step();
    const [one, other] = [local.at(-1), pods.at(-1)];
    if (!isDeepStrictEqual(one?.ledger.sums, other?.ledger.sums))
      throw new Error(`unequal bills: ${JSON.stringify([one?.ledger.sums, other?.ledger.sums])}`);
    say(
      `${partitions} partitions, round ${round}: pods ${String(other?.seconds)} s, local runner ${String(one?.seconds)} s`,
    );
  }
  const [localSeconds, podSeconds] = [local, pods].map((all) => median(all.map(({ seconds }) => seconds)));
  const ratio = whole(((podSeconds ?? 0) / (localSeconds ?? 1)) * 100) / 100;
  return { partitions, localSeconds, podSeconds, ratio, local, pods };
}

async function settleLocally(site: Site, name: string, partitions: number): Promise<Settlement> {
  const { server, database, options } = site;
  await database.query("checkpoint");
  const meter = startMachineMeter(server.pid, site.cluster.folder);
  const { generation, seconds } = await settleByPipeline({
    ...{ name, period: PERIOD, tariff: `${TARIFF.name}@${TARIFF.version}` },
    ...{ partitions, workers: options.parallelism },
    environment: { ...environmentFor(server.url), DATABASE_ROLE: "billing_settlement" },
    logFolder: join(server.folder, "logs"),
  });
  const cpu = meter();
  const ledger = await readLedgerTimes(database, generation);
  await dropGeneration(database, PERIOD, generation);
  return { seconds: hundredths(seconds), ledger, cpu };
}

async function settleByPods(site: Site, name: string, partitions: number): Promise<PodSettlement> {
  const { server, database, client, sightings, options } = site;
  const { parallelism } = options;
  await database.query("checkpoint");
  await applyRun(client, namespace, name, {
    ...{ mode: "Plan", partitions, parallelism, canary: { partitions: 0 } },
  });
  const job = await sightings.until("a settle Job", ({ jobs }) =>
    [...jobs.values()].find((each) => each.kind === "settle" && each.name.startsWith(`${name}-`)),
  );
  const meter = startMachineMeter(server.pid, site.cluster.folder);
  const { endedMs } = await sightings.untilEnded(job.name);
  const cpu = meter();
  const generation = Number(/-g(\d+)-/.exec(job.name)?.[1]);
  const ledger = await readLedgerTimes(database, generation);
  const started = [...sightings.pods.values()].filter((pod) => pod.job === job.name);
  const podStartSeconds = started.map(({ createdMs, runningMs }) =>
    hundredths(((runningMs ?? Infinity) - createdMs) / 1_000),
  );
  const lastPodEndedMs = Math.max(...started.map((pod) => pod.endedMs ?? Infinity));
  const verify = await sightings.until("a verify Job", ({ jobs }) =>
    jobs.get(`${name}-g${generation}-verify-r0`),
  );
  await client.mergePatch({ resource: billingRuns, namespace, name }, { spec: { cancel: true } });
  await sightings.untilFinished(name);
  await dropGeneration(database, PERIOD, generation);
  return {
    ...{ seconds: hundredths((endedMs - job.createdMs) / 1_000), ledger, cpu, podStartSeconds },
    startSeconds: hundredths((ledger.firstStartedMs - job.createdMs) / 1_000),
    endSeconds: hundredths((endedMs - ledger.lastFinishedMs) / 1_000),
    podEndSeconds: hundredths((lastPodEndedMs - ledger.lastFinishedMs) / 1_000),
    goesOnSeconds: hundredths((verify.createdMs - job.createdMs) / 1_000),
  };
}

function hundredths(value: number): number {
  return whole(value * 100) / 100;
}
