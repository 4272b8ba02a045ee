import { cpuSecondsOfTree } from "../cpu-seconds.ts";
import { applyRun, type BenchPlane, startBenchPlane } from "./bench-plane.ts";
import { type RequestCounts, startRequestCount, sumOf } from "./count-requests.ts";
import { prepareByHand, runCopy } from "./jobs-by-hand.ts";
import { type MachineSeconds, startMachineMeter } from "./machine-meter.ts";
import { median, whole } from "./median.ts";
import type { JobSighting } from "./sightings.ts";
import { openStage, type Stage } from "./stage.ts";

/** A whole run, in which `jobMs` and `requests` are those of the settle Job. */
interface Run extends Measured {
  readonly wholeMs: number;
  /** Of the operator, while the settle Job ran: what neighbours disturb least. */
  readonly operatorCpuSeconds: number;
  readonly wholeRequests: RequestCounts;
  readonly jobs: readonly JobSighting[];
}

interface ManyIndexesOptions {
  readonly indexes: number;
  readonly parallelism: number;
  readonly rounds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** One Indexed Job, from the request to the sight of its end. */
interface Measured {
  readonly jobMs: number;
  readonly requests: RequestCounts;
  readonly cpu: MachineSeconds;
}

/**
 * What an index costs: the settle Job of a run under the operator, and the same Job made by hand without one, in turns. Pods
 * end as soon as the ledger has their partition; see play-jobs.ts for what they do.
 */
export async function measureManyIndexes(options: ManyIndexesOptions): Promise<object> {
  const { indexes, parallelism, rounds, say } = options;
  await using bench = await startBenchPlane(options.folder, 1);
  await using stage = await openStage(bench, "indexes", "played");
  const settings = { partitions: indexes, parallelism, canary: { partitions: 0 } };
  // What is compiled and cached by the first is no cost of the others.
  const { jobs } = await measureRun(bench, stage, { ...settings, partitions: parallelism }, "warm-up");
  await measureBare(bench, stage, jobs, "bare-warm-up");
  const runs: Run[] = [];
  const bares: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    const steps = [
      async () => void runs.push(await measureRun(bench, stage, settings, `run-${round}`)),
      async () => void bares.push(await measureBare(bench, stage, runs[0]?.jobs ?? [], `bare-${round}`)),
    ];
    // Neighbours come and go: neither shall always be the first.
    for (const step of round % 2 === 1 ? steps : steps.reverse()) await step();
    const [run, bare] = [runs.at(-1), bares.at(-1)];
    say(
      `${indexes} indexes: ${whole(run?.jobMs ?? 0)} ms under the operator, ${whole(bare?.jobMs ?? 0)} ms of a bare Job`,
    );
  }
  return { indexes, parallelism, rounds, ...summarise(indexes, runs, bares) };
}

function summarise(indexes: number, runs: readonly Run[], bares: readonly Measured[]): object {
  const per1000 = (values: readonly number[]): number => whole((median(values) * 1_000) / indexes);
  const [jobMs, bareMs] = [runs, bares].map((all) => per1000(all.map((one) => one.jobMs)));
  const requestsOf = (run: Run, asker: string): number => sumOf(run.wholeRequests, asker);
  return {
    millisecondsPer1000: {
      operator: jobMs,
      bare: bareMs,
      ratio: whole(((jobMs ?? 0) / (bareMs ?? 1)) * 100) / 100,
    },
    operatorCpuSeconds: runs.map(({ operatorCpuSeconds }) => whole(operatorCpuSeconds * 100) / 100),
    wholeRunMs: runs.map(({ wholeMs }) => whole(wholeMs)),
    cpuSeconds: { operator: runs.map(({ cpu }) => cpu), bare: bares.map(({ cpu }) => cpu) },
    requestsWholeRun: Object.fromEntries(
      ["billing-operator", "job-controller", "kubelet double"].map((asker) => [
        asker,
        runs.map((run) => requestsOf(run, asker)),
      ]),
    ),
    lastRunRequests: runs.at(-1)?.wholeRequests,
    lastBareRequests: bares.at(-1)?.requests,
  };
}

async function measureRun(
  bench: BenchPlane,
  { namespace, sightings }: Stage,
  settings: object,
  name: string,
): Promise<Run> {
  await using operator = await bench.startOperator(namespace);
  const countWhole = startRequestCount(bench.auditLog);
  const appliedMs = performance.now();
  await applyRun(bench.client, namespace, name, settings);
  const settle = await sightings.until("a settle Job", ({ jobs }) =>
    [...jobs.values()].find((job) => job.kind === "settle" && job.name.startsWith(`${name}-`)),
  );
  const meter = startMachineMeter(bench.databasePid, bench.plane.folder);
  const operatorCpu = cpuSecondsOfTree(operator.pid);
  const count = startRequestCount(bench.auditLog);
  const { endedMs } = await sightings.untilEnded(settle.name);
  const measured = { requests: count(), cpu: meter() };
  const operatorCpuSeconds = cpuSecondsOfTree(operator.pid) - operatorCpu;
  const finishedMs = await sightings.untilFinished(name);
  const jobs = [...sightings.jobs.values()].filter((job) => job.name.startsWith(`${name}-`));
  return {
    ...{ ...measured, jobs, operatorCpuSeconds },
    ...{ jobMs: endedMs - settle.createdMs, wholeMs: finishedMs - appliedMs, wholeRequests: countWhole() },
  };
}

async function measureBare(
  bench: BenchPlane,
  stage: Stage,
  jobs: readonly JobSighting[],
  name: string,
): Promise<Measured> {
  const place = { ...bench, ...stage };
  const [prepare, settle] = ["prepare", "settle"].map((kind) => jobs.find((job) => job.kind === kind));
  if (prepare === undefined || settle === undefined) throw new Error("the run had no such Jobs");
  const generation = await prepareByHand(place, prepare, name);
  const meter = startMachineMeter(bench.databasePid, bench.plane.folder);
  const count = startRequestCount(bench.auditLog);
  const jobMs = await runCopy(place, settle, `${name}-settle`, { generation });
  const measured = { jobMs, requests: count(), cpu: meter() };
  // The period is free again for the next run.
  await bench.database.query("update generations set state = 'abandoned' where number = $1", [generation]);
  return measured;
}
