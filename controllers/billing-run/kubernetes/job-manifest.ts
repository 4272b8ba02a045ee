import { createHash } from "node:crypto";
import { apiVersion } from "../../../crds/billing-run.ts";
import type { BillingRun } from "../../../crds/billing-run-status.ts";
import { ExitCode } from "../../../platform/exit-codes.ts";
import { formatIndexRanges } from "../../../platform/index-ranges.ts";
import type { JobOrder } from "../../job-runner.ts";
import { annotation, appName, jobContainer, label } from "./names.ts";
import type { PodTemplate } from "./pod-template.ts";

/** An order as it becomes a Job: besides the steps of a run the small changes of the ledger. */
export interface ClusterOrder extends Omit<JobOrder, "kind"> {
  readonly kind: JobOrder["kind"] | "ledger";
  /** When the finished Job may go by itself; absent: it stays. */
  readonly ttlSecondsAfterFinished?: number;
}

/** What the Job of an order belongs to and is made from. */
interface JobPlace {
  readonly namespace: string;
  readonly run: BillingRun;
  readonly template: PodTemplate;
}

/** Hash of the work: what is done to what. Limits and parallelism may change while it is done. */
export function specHash({ kind, args }: ClusterOrder): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, args]))
    .digest("hex")
    .slice(0, 16);
}

/** The Indexed Job that carries out an order; the same order gives the same Job. */
export function jobManifest(place: JobPlace, order: ClusterOrder): object {
  const { namespace, run } = place;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: order.name,
      namespace,
      labels: labelsOf(run, order),
      annotations: {
        [annotation.specHash]: specHash(order),
        [annotation.partitions]: formatIndexRanges(order.indexes),
      },
      // In a foreground deletion the garbage collector would delete at once what gives the period free.
      ...(run.metadata.deletionTimestamp === undefined && { ownerReferences: [ownerReferenceTo(run)] }),
    },
    spec: {
      completionMode: "Indexed",
      completions: order.indexes.length,
      parallelism: order.parallelism,
      backoffLimitPerIndex: order.backoffLimitPerIndex,
      maxFailedIndexes: Math.min(order.maxFailedIndexes, order.indexes.length),
      podReplacementPolicy: "Failed",
      podFailurePolicy: { rules: failureRules },
      ...(order.ttlSecondsAfterFinished !== undefined && {
        ttlSecondsAfterFinished: order.ttlSecondsAfterFinished,
      }),
      template: podTemplateOf(place, order),
    },
  };
}

function ownerReferenceTo({ metadata: { name, uid } }: BillingRun): object {
  return { apiVersion, kind: "BillingRun", name, uid, controller: true, blockOwnerDeletion: true };
}

/** In this order, the first that fits decides: a drained node is nobody's fault, whatever the exit code. */
const failureRules = [
  { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
  onExit("Ignore", ExitCode.interrupted),
  onExit("FailIndex", ExitCode.partitionHopeless),
  onExit("FailJob", ExitCode.jobHopeless),
  onExit("FailJob", ExitCode.badConfig),
];

function onExit(action: string, code: ExitCode): object {
  return { action, onExitCodes: { containerName: jobContainer, operator: "In", values: [code] } };
}

function labelsOf(run: BillingRun, order: ClusterOrder): Readonly<Record<string, string>> {
  return {
    [label.run]: run.metadata.name,
    [label.runUid]: run.metadata.uid,
    [label.kind]: order.kind,
    [label.period]: run.spec.period,
    [label.retry]: String(run.spec.retryGeneration),
    [label.appName]: appName,
    [label.appInstance]: run.metadata.name,
    [label.appComponent]: order.kind,
    [label.appPartOf]: appName,
    [label.managedBy]: appName,
  };
}

function podTemplateOf({ run, template }: JobPlace, order: ClusterOrder): object {
  const { metadata, spec } = template;
  return {
    ...template,
    metadata: { ...metadata, labels: { ...metadata?.labels, ...labelsOf(run, order) } },
    spec: {
      ...spec,
      restartPolicy: "Never",
      containers: spec.containers.map((container) =>
        container.name === jobContainer ? jobContainerOf(container, order) : container,
      ),
    },
  };
}

function jobContainerOf(container: PodTemplate["spec"]["containers"][number], order: ClusterOrder): object {
  const partitions = { name: "PARTITIONS", value: formatIndexRanges(order.indexes) };
  return {
    ...container,
    args: [...(container.args ?? []), order.kind, ...order.args],
    env: [...(container.env ?? []), ...(isGapless(order.indexes) ? [] : [partitions])],
    // The last lines of the log of a pod that failed are the message of its condition.
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** Whether the Job's own indexes 0, 1, 2, … are the partitions. */
function isGapless(indexes: readonly number[]): boolean {
  return indexes.every((index, place) => index === place);
}
