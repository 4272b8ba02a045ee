import { billingScheduleSpec, billingScheduleStatus } from "../../crds/billing-schedule.ts";
import { toRun, type Run, type RunObject } from "../../crds/run-object.ts";
import type { KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import { answered } from "../cluster/answered.ts";
import { createOrdered, ownKind, patchOrdered, type ClusterNamespace } from "../cluster/ordered-writes.ts";
import type { WriteResult } from "../cluster/write-result.ts";
import type { NewRun, RunPage, RunStore, Schedule } from "./run-store.ts";

const runs = ownKind("BillingRun", "billingruns");
const schedules = ownKind("BillingSchedule", "billingschedules");

type StoredRun = KubernetesObject & RunObject;
type StoredSchedule = KubernetesObject & { readonly spec?: unknown; readonly status?: unknown };

/** Runs of a cluster: BillingRuns and BillingSchedules of one namespace. */
export function kubernetesRuns(at: ClusterNamespace): RunStore {
  const { kubernetes, namespace } = at;
  return {
    list: (page) => answered(() => list(at, page)),
    find: (name) =>
      answered(async () => {
        const found = await kubernetes.get<StoredRun>({ resource: runs.resource, namespace, name });
        return found && toRun(found);
      }),
    create: (run, commandId) => answered(() => create(at, run, commandId)),
    change: (change, commandId) => answered(() => patchOrdered(at, runs, change, commandId)),
    schedules: () =>
      answered(async () =>
        (await kubernetes.list<StoredSchedule>(schedules.resource, { namespace })).items.flatMap(
          readSchedule,
        ),
      ),
    findSchedule: (name) =>
      answered(async () => {
        const found = await kubernetes.get<StoredSchedule>({ resource: schedules.resource, namespace, name });
        return (found && readSchedule(found)[0]) ?? null;
      }),
    changeSchedule: (change, commandId) => answered(() => patchOrdered(at, schedules, change, commandId)),
  };
}

/** All are read: a namespace has hundreds, kept by the history limits, and the API server knows no other order than by name. */
async function list({ kubernetes, namespace }: ClusterNamespace, page: RunPage): Promise<readonly Run[]> {
  const { items } = await kubernetes.list<StoredRun>(runs.resource, { namespace });
  const { period, phase, after, limit } = page;
  return items
    .map(toRun)
    .filter((run) => period === undefined || run.spec.period === period)
    .filter((run) => phase === undefined || run.status?.phase === phase)
    .sort(newestMonthFirst)
    .filter((run) => after === null || isAfter(run, after))
    .slice(0, limit);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function newestMonthFirst(a: Run, b: Run): number {
  return compare(b.spec.period, a.spec.period) || compare(a.metadata.name, b.metadata.name);
}

function isAfter({ spec, metadata }: Run, [period, name]: readonly [string, string]): boolean {
  return spec.period < period || (spec.period === period && metadata.name > name);
}

function create(at: ClusterNamespace, { manifest, labels }: NewRun, commandId: string): Promise<WriteResult> {
  const { name } = manifest.metadata;
  const taken = `there is a run "${name}" already; choose another name`;
  return createOrdered(at, runs, { name, labels, spec: manifest.spec }, { commandId, taken });
}

/** A spec of another version of this program cannot be shown. */
function readSchedule({ metadata, spec, status }: StoredSchedule): Schedule[] {
  const read = billingScheduleSpec.safeParse(spec);
  if (!read.success) return [];
  const { name, uid = "", generation = 1 } = metadata;
  const known = billingScheduleStatus.safeParse(status);
  return [{ name, uid, specGeneration: generation, spec: read.data, status: known.data ?? null }];
}
