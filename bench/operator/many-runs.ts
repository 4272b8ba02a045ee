import { setTimeout as sleep } from "node:timers/promises";
import { billingRuns, generationFinalizer } from "../../controllers/billing-run/kubernetes/names.ts";
import type { KubernetesClient } from "../../platform/kubernetes/client.ts";
import type { Client } from "../../platform/postgres.ts";
import { cpuSecondsOfTree } from "../cpu-seconds.ts";
import { peakRssMiB, rssMiB } from "../delivery/machine.ts";
import { applyRun, type BenchPlane, type OperatorProcess, startBenchPlane } from "./bench-plane.ts";
import { type RequestCounts, startRequestCount } from "./count-requests.ts";
import { whole } from "./median.ts";
import { reconcileSummary } from "./reconcile-summary.ts";
import type { SeenRun } from "./sightings.ts";
import { openStage, type Stage } from "./stage.ts";

interface ManyRunsOptions {
  readonly runs: number;
  /** Of them still wait for their month's usage; the others are completed, as after so many months. */
  readonly waiting: number;
  readonly steadySeconds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** What an operator needs that has many runs to look after. */
interface Upkeep {
  readonly readySeconds: number;
  /** From the start of the process until every run has been looked at. */
  readonly syncedSeconds: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
  /** Of one core, in the steady time. */
  readonly cpuPercent: number;
  readonly looks: object;
  readonly requests: RequestCounts[string];
  readonly requestsToSync: RequestCounts[string];
}

const operatorAgent = "billing-operator";

/** Memory, processor time and requests of an operator with many BillingRuns, at rest and after a restart. */
export async function measureManyRuns(options: ManyRunsOptions): Promise<object> {
  const { runs, waiting, steadySeconds, say } = options;
  await using bench = await startBenchPlane(options.folder, 1);
  await using stage = await openStage(bench, "runs", "played");
  const model = await completeOne(bench, stage);
  const alone = await watchOperator(bench, stage, { expected: 1, steadySeconds });
  say(`1 run: ${alone.rssMiB} MiB, synced after ${alone.syncedSeconds} s`);
  for (let at = 1; at < runs; at++) {
    const isWaiting = at <= waiting;
    await createRun(bench, stage, {
      name: `month-${at}`,
      period: periodOf(at),
      model: isWaiting ? null : model,
    });
  }
  const many = await watchOperator(bench, stage, { expected: runs, steadySeconds });
  say(`${runs} runs: ${many.rssMiB} MiB, synced after ${many.syncedSeconds} s`);
  const restarted = await watchOperator(bench, stage, { expected: runs, steadySeconds, alsoRun: "another" });
  say(`restarted: ${restarted.rssMiB} MiB, synced after ${restarted.syncedSeconds} s`);
  return { runs, completed: runs - waiting, waiting, steadySeconds, alone, many, restarted };
}

/** Months long ago, each its own. */
function periodOf(at: number): string {
  return `${1900 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
}

/** A run that really ends: the others get its status, a finalizer, and a row in the ledger. */
async function completeOne(bench: BenchPlane, { namespace, sightings }: Stage): Promise<SeenRun> {
  await using _operator = await bench.startOperator(namespace);
  await applyRun(bench.client, namespace, "model", { partitions: 1, parallelism: 1 });
  await sightings.untilFinished("model");
  await sleep(3_000); // until its Jobs have their end
  const run = await bench.client.get<SeenRun>({ resource: billingRuns, namespace, name: "model" });
  if (run?.status?.phase !== "Completed") throw new Error(`the model is ${String(run?.status?.phase)}`);
  return run;
}

async function createRun(
  { client, database }: { readonly client: KubernetesClient; readonly database: Client },
  { namespace }: Stage,
  { name, period, model }: { readonly name: string; readonly period: string; readonly model: SeenRun | null },
): Promise<void> {
  await applyRun(client, namespace, name, { period, partitions: 1, parallelism: 1 });
  if (model === null) return;
  const address = { resource: billingRuns, namespace, name };
  const run = await client.mergePatch<SeenRun>(address, { metadata: { finalizers: [generationFinalizer] } });
  await client.mergePatch({ ...address, subresource: "status" }, { status: model.status });
  await database.query(
    `with run as (
       insert into bill_runs (id, name, period, tariff_id, spec)
       select $1, $2, $3::date, tariff_id, spec from bill_runs where name = 'model' returning id, period)
     insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts,
       billed, held, excluded, items, total_minor, currency, digest, proof, verified_at, promoted_at)
     select run.period, 1, run.id, g.tariff_id, g.state, g.partitions, g.frozen_at, g.expected_accounts,
       g.billed, g.held, g.excluded, g.items, g.total_minor, g.currency, g.digest, g.proof, g.verified_at, g.promoted_at
     from run, generations g join bill_runs r on r.id = g.run_id where r.name = 'model'`,
    [run.metadata.uid, name, `${period}-01`],
  );
}

async function watchOperator(
  bench: BenchPlane,
  { namespace, sightings }: Stage,
  { expected, steadySeconds, alsoRun }: { expected: number; steadySeconds: number; alsoRun?: string },
): Promise<Upkeep & { readonly anotherRunSeconds?: number }> {
  const countToSync = startRequestCount(bench.auditLog);
  const startedMs = performance.now();
  await using operator = await bench.startOperator(namespace);
  const readySeconds = secondsSince(startedMs);
  while (looksOf(await operator.metrics()) < expected) await sleep(100);
  const syncedSeconds = secondsSince(startedMs);
  const requestsToSync = countToSync()[operatorAgent] ?? {};
  await sleep(5_000);
  const steady = await watchSteady(bench, operator, steadySeconds);
  const upkeep = { readySeconds, syncedSeconds, requestsToSync, ...steady };
  if (alsoRun === undefined) return upkeep;
  const appliedMs = performance.now();
  await applyRun(bench.client, namespace, alsoRun, { partitions: 4, parallelism: 4 });
  await sightings.untilFinished(alsoRun);
  return { ...upkeep, anotherRunSeconds: secondsSince(appliedMs) };
}

async function watchSteady(
  bench: BenchPlane,
  operator: OperatorProcess,
  seconds: number,
): Promise<Omit<Upkeep, "readySeconds" | "syncedSeconds" | "requestsToSync">> {
  const count = startRequestCount(bench.auditLog);
  const before = await operator.metrics();
  const cpu = cpuSecondsOfTree(operator.pid);
  await sleep(seconds * 1_000);
  const cpuPercent = whole(((cpuSecondsOfTree(operator.pid) - cpu) / seconds) * 1_000) / 10;
  return {
    ...{ cpuPercent, rssMiB: rssMiB(operator.pid), peakRssMiB: peakRssMiB(operator.pid) },
    looks: reconcileSummary(before, await operator.metrics()),
    requests: count()[operatorAgent] ?? {},
  };
}

function looksOf(metrics: string): number {
  return reconcileSummary("", metrics).count;
}

function secondsSince(startedMs: number): number {
  return whole((performance.now() - startedMs) / 10) / 100;
}
