import { setTimeout as sleep } from "node:timers/promises";
import { applyRun, type BenchPlane, startBenchPlane } from "./bench-plane.ts";
import { runJobsByHand } from "./jobs-by-hand.ts";
import { median, whole } from "./median.ts";
import type { JobSighting } from "./sightings.ts";
import { openStage, type PodKind, type Stage } from "./stage.ts";

/** Milliseconds of one run, by stage; a stage `→ x` is the operator's, from the end of what was before to the sight of x. */
type Stages = Readonly<Record<string, number>>;

interface Round {
  readonly operator: { readonly wholeMs: number; readonly stages: Stages };
  readonly byHand: { readonly wholeMs: number; readonly jobsMs: Stages };
}

interface EmptyRunOptions {
  readonly rounds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

const settings = { partitions: 4, parallelism: 4 };

/** What orchestration costs when there is nobody to bill. Each round is a run under the operator, then the same Jobs by hand. */
export async function measureEmptyRun(options: EmptyRunOptions): Promise<object> {
  await using bench = await startBenchPlane(options.folder, 0);
  const pods = {
    played: await measure(bench, "played", options),
    processes: await measure(bench, "processes", options),
  };
  return { ...settings, rounds: options.rounds, pods };
}

async function measure(bench: BenchPlane, pods: PodKind, { rounds, say }: EmptyRunOptions): Promise<object> {
  await using stage = await openStage(bench, pods, pods);
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    const operator = await measureRun(bench, stage, `run-${pods}-${round}`);
    const place = { ...bench, ...stage };
    const byHand = await runJobsByHand(place, operator.jobs, `hand-${pods}-${round}`);
    measured.push({ operator, byHand });
    say(
      `${pods} ${round}: ${whole(operator.wholeMs)} ms under the operator, ${whole(byHand.wholeMs)} ms by hand`,
    );
  }
  return summarise(measured);
}

async function measureRun(
  bench: BenchPlane,
  { namespace, sightings }: Stage,
  name: string,
): Promise<Round["operator"] & { readonly jobs: readonly JobSighting[] }> {
  await using operator = await bench.startOperator(namespace);
  await sleep(2_000); // what starting costs is not the run's
  const appliedMs = performance.now();
  await applyRun(bench.client, namespace, name, settings);
  const finishedMs = await sightings.untilFinished(name);
  await sleep(1_000); // the ledger tells of the end before the Job does
  await operator.stop();
  const jobs = [...sightings.jobs.values()]
    .filter((job) => job.name.startsWith(`${name}-`))
    .sort((one, other) => one.createdMs - other.createdMs);
  const stages: Record<string, number> = {};
  let beforeMs = appliedMs;
  for (const [at, { kind, createdMs, endedMs }] of jobs.entries()) {
    const step = jobs.findIndex((job) => job.kind === kind) < at ? `${kind}-rest` : kind;
    stages[`→ ${step}`] = createdMs - beforeMs;
    const endMs = Math.min(endedMs ?? Infinity, finishedMs);
    stages[step] = endMs - createdMs;
    beforeMs = endMs;
  }
  stages["→ Finished"] = finishedMs - beforeMs;
  return { wholeMs: finishedMs - appliedMs, stages, jobs };
}

function summarise(rounds: readonly Round[]): object {
  const operatorMs = median(rounds.map(({ operator }) => operator.wholeMs));
  const byHandMs = median(rounds.map(({ byHand }) => byHand.wholeMs));
  return {
    operatorMs: whole(operatorMs),
    byHandMs: whole(byHandMs),
    ratio: whole((operatorMs / byHandMs) * 100) / 100,
    overheadMs: whole(operatorMs - byHandMs),
    stagesMs: mediansOf(rounds.map(({ operator }) => operator.stages)),
    byHandJobsMs: mediansOf(rounds.map(({ byHand }) => byHand.jobsMs)),
  };
}

function mediansOf(stages: readonly Stages[]): Stages {
  const names = Object.keys(stages[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, whole(median(stages.map((one) => one[name] ?? 0)))]));
}
