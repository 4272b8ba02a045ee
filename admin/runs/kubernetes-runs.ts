import { apiVersion } from "../../crds/billing-run.ts";
import { billingScheduleSpec, billingScheduleStatus } from "../../crds/billing-schedule.ts";
import { toRun, type Run, type RunObject } from "../../crds/run-object.ts";
import { RetryableError } from "../../platform/errors.ts";
import type { Kubernetes, KubernetesObject, Resource } from "../../platform/kubernetes/kubernetes.ts";
import {
  isAlreadyExists,
  isConflict,
  isNotFound,
  isRefusal,
  KubernetesError,
} from "../../platform/kubernetes/kubernetes-error.ts";
import { overtaken } from "./local-runs.ts";
import type { NewRun, RunPage, RunStore, Schedule, SpecChange, WriteResult } from "./run-store.ts";

const [group = "", version = ""] = apiVersion.split("/");
const runs: Resource = { group, version, plural: "billingruns" };
const schedules: Resource = { group, version, plural: "billingschedules" };

/** Annotation of what commands have written: their ids, the last ones, newest last. */
export const commandsAnnotation = "billing.telco.dev/commands";
const remembered = 20;
/** The operator's writes of the status come between a read and a patch; so often in a row is no accident. */
const mostTries = 10;

type StoredRun = KubernetesObject & RunObject;
type StoredSchedule = KubernetesObject & { readonly spec?: unknown; readonly status?: unknown };

/** Where the runs of a cluster are. */
export interface RunNamespace {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
}

/** Runs of a cluster: BillingRuns and BillingSchedules of one namespace. */
export function kubernetesRuns(at: RunNamespace): RunStore {
  const { kubernetes, namespace } = at;
  return {
    list: (page) => answered(() => list(at, page)),
    find: (name) =>
      answered(async () => {
        const found = await kubernetes.get<StoredRun>({ resource: runs, namespace, name });
        return found && toRun(found);
      }),
    create: (run, commandId) => answered(() => create(at, run, commandId)),
    change: (change, commandId) => answered(() => changeSpec(at, runs, change, commandId)),
    schedules: () =>
      answered(async () =>
        (await kubernetes.list<StoredSchedule>(schedules, { namespace })).items.flatMap(readSchedule),
      ),
    findSchedule: (name) =>
      answered(async () => {
        const found = await kubernetes.get<StoredSchedule>({ resource: schedules, namespace, name });
        return (found && readSchedule(found)[0]) ?? null;
      }),
    changeSchedule: (change, commandId) => answered(() => changeSpec(at, schedules, change, commandId)),
  };
}

/** A server that does not answer, or takes no request of ours, may later: whoever asked asks again under the same command id. */
async function answered<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    throw new RetryableError("kubernetes-unavailable", `the API server gave no answer: ${error.reason}`, {
      retryAfterMs: error.retryAfterMs ?? 5_000,
      cause: error,
    });
  }
}

/** All are read: a namespace has hundreds, kept by the history limits, and the API server knows no other order than by name. */
async function list({ kubernetes, namespace }: RunNamespace, page: RunPage): Promise<readonly Run[]> {
  const { items } = await kubernetes.list<StoredRun>(runs, { namespace });
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

async function create(
  { kubernetes, namespace }: RunNamespace,
  { manifest, labels }: NewRun,
  commandId: string,
): Promise<WriteResult> {
  const { name } = manifest.metadata;
  const metadata = { name, labels, annotations: { [commandsAnnotation]: commandId } };
  try {
    await kubernetes.create(runs, namespace, {
      apiVersion,
      kind: "BillingRun",
      metadata,
      spec: manifest.spec,
    });
    return { kind: "written" };
  } catch (error) {
    if (isRefusal(error)) return { kind: "refused", code: "refused-by-cluster", why: error.message };
    if (!isAlreadyExists(error)) throw error;
    const found = await kubernetes.get<StoredRun>({ resource: runs, namespace, name });
    if (found !== null && commandsOf(found).includes(commandId)) return { kind: "written" };
    const why = `there is a run "${name}" already; choose another name`;
    return { kind: "refused", code: "overtaken", why };
  }
}

/**
 * Patches the spec if it is still the generation that the change was decided by. Whatever wrote meanwhile: the resource
 * version in the patch lets nothing through that was not seen here.
 */
async function changeSpec(
  { kubernetes, namespace }: RunNamespace,
  resource: Resource,
  { name, uid, specGeneration, spec }: SpecChange,
  commandId: string,
): Promise<WriteResult> {
  const address = { resource, namespace, name };
  for (let tries = 1; ; tries++) {
    const found = await kubernetes.get<KubernetesObject>(address);
    if (found !== null && commandsOf(found).includes(commandId)) return { kind: "written" };
    const { metadata } = found ?? {};
    if (metadata?.uid !== uid || metadata.generation !== specGeneration) {
      return { kind: "refused", code: "overtaken", why: overtaken(name) };
    }
    const commands = [...commandsOf({ metadata }), commandId].slice(-remembered).join(" ");
    const { resourceVersion } = metadata;
    try {
      const annotations = { [commandsAnnotation]: commands };
      await kubernetes.mergePatch(address, { metadata: { resourceVersion, annotations }, spec });
      return { kind: "written" };
    } catch (error) {
      if (isRefusal(error)) return { kind: "refused", code: "refused-by-cluster", why: error.message };
      if (!(isConflict(error) || isNotFound(error)) || tries >= mostTries) throw error;
    }
  }
}

function commandsOf({ metadata }: KubernetesObject): readonly string[] {
  return (metadata.annotations?.[commandsAnnotation] ?? "").split(" ").filter((id) => id !== "");
}

/** A spec of another version of this program cannot be shown. */
function readSchedule({ metadata, spec, status }: StoredSchedule): Schedule[] {
  const read = billingScheduleSpec.safeParse(spec);
  if (!read.success) return [];
  const { name, uid = "", generation = 1 } = metadata;
  const known = billingScheduleStatus.safeParse(status);
  return [{ name, uid, specGeneration: generation, spec: read.data, status: known.data ?? null }];
}
