import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject, Resource } from "../platform/kubernetes/kubernetes.ts";
import { Refusal } from "./refusal.ts";
import { readJobTemplate, reasonInLog, reportJob } from "./report-job.ts";
import type { Session } from "./session.ts";

const jobs: Resource = { group: "batch", version: "v1", plural: "jobs" };
const events: Resource = { group: "", version: "v1", plural: "events" };
const pods: Resource = { group: "", version: "v1", plural: "pods" };

interface Job extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Pod extends KubernetesObject {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}

/** How a report is asked for. */
export interface ReportOptions {
  /** Name of the ConfigMap with the pod; [the only one of the namespace] */
  readonly jobTemplate?: string;
  readonly timeoutSeconds: number;
}

/**
 * What a reading subcommand prints in the cluster, where the database is: a Job made from the operator's template,
 * its log, and then the Job is deleted, also after an interruption. `code` 0 = it succeeded.
 */
export async function runReport(
  session: Session,
  args: readonly string[],
  { jobTemplate, timeoutSeconds }: ReportOptions,
): Promise<{ readonly succeeded: boolean; readonly log: string }> {
  const { kubernetes, namespace } = session;
  const template = await readJobTemplate(kubernetes, namespace, jobTemplate);
  const job = await kubernetes.create<Job>(jobs, namespace, reportJob(template, args, timeoutSeconds));
  const { name } = job.metadata;
  const interrupted = new AbortController();
  const interrupt = (): void => {
    interrupted.abort();
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await followJob(session, name, { timeoutSeconds, interrupted: interrupted.signal });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    await kubernetes.delete({ resource: jobs, namespace, name }, { propagation: "Background" });
  }
}

async function followJob(
  session: Session,
  name: string,
  { timeoutSeconds, interrupted }: { readonly timeoutSeconds: number; readonly interrupted: AbortSignal },
): Promise<{ readonly succeeded: boolean; readonly log: string }> {
  const { kubernetes, namespace } = session;
  const deadlineMs = Date.now() + timeoutSeconds * 1_000;
  for (let waitMs = 200; ; waitMs = Math.min(waitMs * 1.5, 2_000)) {
    const job = await kubernetes.get<Job>({ resource: jobs, namespace, name });
    if (job === null) throw new Refusal(`Job ${name} was deleted by somebody else`);
    const end = job.status?.conditions?.find(
      ({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"),
    );
    const pod = await podOf(session, name);
    if (end !== undefined && pod !== undefined) {
      return {
        succeeded: end.type === "Complete",
        log: await kubernetes.podLog(namespace, pod.metadata.name),
      };
    }
    if (interrupted.aborted) throw new Refusal("interrupted");
    if (end !== undefined || Date.now() > deadlineMs) {
      throw new Refusal(
        `Job ${name} brought no answer within ${timeoutSeconds} s: ${await whyNot(session, name, pod)}`,
      );
    }
    await sleep(waitMs, undefined, { signal: interrupted }).catch(() => undefined);
  }
}

async function podOf({ kubernetes, namespace }: Session, job: string): Promise<Pod | undefined> {
  const labelSelector = `batch.kubernetes.io/job-name=${job}`;
  return (await kubernetes.list<Pod>(pods, { namespace, labelSelector })).items[0];
}

async function whyNot(session: Session, job: string, pod: Pod | undefined): Promise<string> {
  if (pod === undefined) return (await lastWarning(session, job)) ?? "no pod was made";
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting !== undefined) return [waiting.reason, waiting.message].filter(Boolean).join(": ");
  const unmet = pod.status?.conditions?.find(({ status, message }) => status === "False" && message);
  return unmet?.message ?? `its pod is ${pod.status?.phase ?? "unknown"}`;
}

async function lastWarning({ kubernetes, namespace }: Session, job: string): Promise<string | undefined> {
  const fieldSelector = `involvedObject.name=${job},type=Warning`;
  const found = await kubernetes.list<KubernetesObject & { readonly message?: string }>(events, {
    namespace,
    fieldSelector,
  });
  return found.items.at(-1)?.message;
}

/** As `runReport`, but refuses with the reason in the log when the subcommand failed. */
export async function successfulReport(
  session: Session,
  args: readonly string[],
  options: ReportOptions,
): Promise<string> {
  const { succeeded, log } = await runReport(session, args, options);
  if (!succeeded) throw new Refusal(reasonInLog(log));
  return log.trimEnd();
}
