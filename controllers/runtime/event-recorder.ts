import { randomBytes } from "node:crypto";
import { isNotFound } from "../../platform/kubernetes/kubernetes-error.ts";
import type { Kubernetes, KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import { microTime } from "./micro-time.ts";

// The newer API: kubectl describe shows both alike, and here a repeat is a field, not a rewritten object.
const events = { group: "events.k8s.io", version: "v1", plural: "events" };

/** What a person reads in `kubectl describe`. */
export interface EventNote {
  readonly type: "Normal" | "Warning";
  /** One word in CamelCase, e.g. `SettleFailed`. */
  readonly reason: string;
  /** What was being done, e.g. `Settle`. */
  readonly action: string;
  readonly note: string;
}

/** Writes Events in the background; they are for people, so nothing waits for them and nothing fails with them. */
export interface EventRecorder {
  /** The same note on the same object again is counted on the Event that is there. */
  record(regarding: KubernetesObject, note: EventNote): void;
  /** Once all that was recorded so far is written or given up. */
  flush(): Promise<void>;
}

export interface EventRecorderOptions {
  readonly kubernetes: Pick<Kubernetes, "create" | "mergePatch">;
  /** Like a domain, e.g. `billing.telco.dev/operator`. */
  readonly reportingController: string;
  /** The pod. */
  readonly reportingInstance: string;
  readonly onError: (error: unknown) => void;
}

/** What is remembered of an Event, to count repeats. */
interface Written {
  readonly name: string;
  count: number;
}

/** The API server keeps Events for an hour; the oldest are forgotten first, and then written as new ones. */
const rememberedEvents = 1_000;
/** While the server is away only so many wait. */
const longestBacklog = 1_000;
/** Limits of the API. */
const longestNoteBytes = 1_024;
const longestName = 253;
const suffixBytes = 8;

/** A recorder of Events; see `EventRecorder`. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const written = new Map<string, Written>();
  let backlog = 0;
  let last: Promise<void> = Promise.resolve();

  const write = async (regarding: KubernetesObject, note: EventNote): Promise<void> => {
    const key = JSON.stringify([regarding.metadata.uid, note.type, note.reason, note.action, note.note]);
    const former = written.get(key);
    if (former !== undefined && (await repeat(options, regarding, former))) return;
    written.delete(key);
    written.set(key, { name: await writeNew(options, regarding, note), count: 1 });
    for (const oldest of written.keys()) if (written.size > rememberedEvents) written.delete(oldest);
  };
  return {
    record(regarding, note) {
      if (backlog >= longestBacklog) return;
      backlog++;
      // One after the other: a repeat must find what it repeats.
      last = last
        .then(() => write(regarding, note))
        .catch(options.onError)
        .finally(() => backlog--);
    },
    flush: () => last,
  };
}

/** False when the Event is gone: the API server removes them after an hour. */
async function repeat(
  { kubernetes }: EventRecorderOptions,
  regarding: KubernetesObject,
  former: Written,
): Promise<boolean> {
  try {
    const series = { count: former.count + 1, lastObservedTime: microTime() };
    await kubernetes.mergePatch(
      { resource: events, namespace: namespaceOf(regarding), name: former.name },
      { series },
    );
    former.count++;
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function writeNew(
  options: EventRecorderOptions,
  regarding: KubernetesObject,
  note: EventNote,
): Promise<string> {
  const suffix = randomBytes(suffixBytes).toString("hex");
  const name = `${regarding.metadata.name.slice(0, longestName - 1 - 2 * suffixBytes)}.${suffix}`;
  const namespace = namespaceOf(regarding);
  const { apiVersion, kind, metadata } = regarding;
  await options.kubernetes.create(events, namespace, {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name, namespace },
    eventTime: microTime(),
    reportingController: options.reportingController,
    reportingInstance: options.reportingInstance,
    regarding: {
      apiVersion,
      kind,
      name: metadata.name,
      namespace: metadata.namespace,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    },
    type: note.type,
    reason: note.reason,
    action: note.action,
    note: shortened(note.note),
  });
  return name;
}

function shortened(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= longestNoteBytes) return note;
  // As a stream, so that a character cut in two is left out.
  return `${new TextDecoder().decode(bytes.subarray(0, longestNoteBytes - 3), { stream: true })}…`;
}

function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata.namespace || "default";
}
