import { randomUUID } from "node:crypto";
import { jobs as jobResource } from "../../controllers/billing-run/kubernetes/names.ts";
import type { KubernetesJob } from "../../controllers/billing-run/kubernetes/objects.ts";
import type { KubernetesClient } from "../../platform/kubernetes/client.ts";
import type { Client } from "../../platform/postgres.ts";
import { PERIOD } from "./billing-month.ts";
import type { JobSighting, Sightings } from "./sightings.ts";

/** Where Jobs are made by hand. */
export interface HandPlace {
  readonly client: KubernetesClient;
  readonly namespace: string;
  readonly sightings: Sightings;
  readonly database: Client;
}

interface Container {
  readonly args: readonly string[];
}

interface JobTemplate {
  readonly metadata?: object;
  readonly spec: { readonly containers: readonly Container[] };
}

/** A Job without what the API server and the operator have added, under another name and with other values of its options. */
export function copyOfJob(
  job: KubernetesJob,
  name: string,
  options: Readonly<Record<string, string>>,
): object {
  const {
    selector: _selector,
    template,
    ...spec
  } = job.spec as typeof job.spec & {
    readonly selector: unknown;
    readonly template: JobTemplate;
  };
  const containers = template.spec.containers.map((container) => ({
    ...container,
    args: container.args.map((value, at, all) => {
      const option = /^--(.+)$/.exec(all[at - 1] ?? "")?.[1];
      return (option === undefined ? undefined : options[option]) ?? value;
    }),
  }));
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { ...spec, template: { spec: { ...template.spec, containers } } },
  };
}

/** Creates a copy of a Job and waits for its end; returns milliseconds from the request to the sight of its end. */
export async function runCopy(
  place: HandPlace,
  job: JobSighting,
  name: string,
  options: Readonly<Record<string, string>>,
): Promise<number> {
  const startedMs = performance.now();
  await place.client.create(jobResource, place.namespace, copyOfJob(job.latest, name, options));
  const { endedMs } = await place.sightings.untilEnded(name);
  return endedMs - startedMs;
}

/**
 * The floor of orchestration: the Jobs of a run once more, for a new generation, each created as soon as a watch has
 * shown the end of the one before. Returns milliseconds by Job, in order; the run's generation and digest are looked up.
 */
export async function runJobsByHand(
  place: HandPlace,
  jobs: readonly JobSighting[],
  name: string,
): Promise<{ readonly wholeMs: number; readonly jobsMs: Readonly<Record<string, number>> }> {
  const runId = randomUUID();
  const jobsMs: Record<string, number> = {};
  const startedMs = performance.now();
  for (const [at, job] of jobs.entries()) {
    const { generation = "", digest = "" } = at === 0 ? {} : await ledgerOf(place.database, runId);
    const options = { name, "run-id": runId, generation, digest };
    const step = `${job.kind}${jobs.findIndex(({ kind }) => kind === job.kind) < at ? "-rest" : ""}`;
    jobsMs[step] = await runCopy(place, job, `${name}-${step}`, options);
  }
  return { wholeMs: performance.now() - startedMs, jobsMs };
}

/** Runs a copy of the prepare Job for a new run; returns the generation it opened. */
export async function prepareByHand(place: HandPlace, prepare: JobSighting, name: string): Promise<string> {
  const runId = randomUUID();
  await runCopy(place, prepare, `${name}-prepare`, { name, "run-id": runId });
  return (await ledgerOf(place.database, runId)).generation;
}

async function ledgerOf(
  database: Client,
  runId: string,
): Promise<{ readonly generation: string; readonly digest: string }> {
  const { rows } = await database.query<{ generation: string; digest: string }>(
    `select number::text as generation, coalesce(encode(digest, 'hex'), '') as digest
     from generations where period = $1 and run_id = $2`,
    [`${PERIOD}-01`, runId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("no generation was prepared");
  return row;
}
