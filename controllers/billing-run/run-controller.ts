import { notificationPolicies, type PolicyObject } from "../notification-policy/policy-controller.ts";
import type { Controller, OperatorParts } from "../operator/controller.ts";
import { objectKey, type Change } from "../runtime/object-store.ts";
import { hasFinalizer } from "./kubernetes/finalizer.ts";
import { billingRuns, jobs as jobResource, jobSelector, label } from "./kubernetes/names.ts";
import type { KubernetesJob } from "./kubernetes/objects.ts";
import { PodReader } from "./kubernetes/pod-reader.ts";
import type { PodTemplate } from "./kubernetes/pod-template.ts";
import type { RunObject } from "./kubernetes/run-object.ts";
import { LedgerReader } from "./ledger-reader.ts";
import { RunReconciler } from "./reconcile.ts";
import { traceRun } from "./trace-run.ts";

/** The controller of BillingRuns; its Jobs are made from `template`. */
export function createRunController(parts: OperatorParts, template: PodTemplate): Controller {
  const { kubernetes, events, logger } = parts;
  const runs = parts.follow<RunObject>(billingRuns);
  const jobs = parts.follow<KubernetesJob>(jobResource, { labelSelector: jobSelector });
  const policies = parts.follow<PolicyObject>(notificationPolicies);
  const podReader = new PodReader(kubernetes);
  const reconciler = new RunReconciler({
    ...{ kubernetes, podReader, template, runs: runs.objects, jobs: jobs.objects, nowMs: Date.now },
    policies: policies.objects,
    ledger: new LedgerReader(parts.database),
    onStatus: (run, status) => {
      traceRun(parts.tracing, run, status);
    },
    enqueue: (key) => {
      queue.add(key);
    },
    emit: (object, { type, reason, message }) => {
      // Events are kept for an hour, and cannot be written in a namespace that is going.
      logger[type === "Warning" ? "warn" : "info"](
        { run: objectKey(object), reason, note: message },
        "event",
      );
      events.record(object, { type, reason, action: "Reconcile", note: message });
    },
  });
  const queue = parts.createQueue("billing-run", (key) => reconciler.reconcile(key));
  runs.subscribe((change) => {
    if (concernsUs(change)) queue.add(change.key);
  });
  jobs.subscribe(({ old, new: job }) => {
    const { metadata } = job ?? old ?? {};
    if (metadata === undefined) return;
    if (job === null) podReader.forget(metadata.uid ?? "");
    queue.add(`${metadata.namespace ?? ""}/${metadata.labels?.[label.run] ?? ""}`);
  });
  // A run that waits for its policy is few among many: which one it is, the look finds out.
  policies.subscribe(({ old, new: policy }) => {
    if (old !== null && old.metadata.generation === policy?.metadata.generation) return;
    for (const key of runs.objects.keys()) queue.add(key);
  });
  return {
    name: "billing-run",
    run: async (signal) => {
      await Promise.all([runs.synced, jobs.synced, policies.synced]);
      // Another replica may have left anything half done.
      for (const key of runs.objects.keys()) queue.add(key);
      await queue.run(signal);
    },
  };
}

/** What this controller writes itself, the status above all, is no news to it; that its status is gone is. */
function concernsUs({ old, new: run }: Change<RunObject>): boolean {
  if (old === null || run === null) return true;
  if (old.metadata.uid !== run.metadata.uid) return true;
  if (old.metadata.generation !== run.metadata.generation) return true;
  if (old.metadata.deletionTimestamp !== run.metadata.deletionTimestamp) return true;
  if (hasFinalizer(old) && !hasFinalizer(run)) return true;
  return old.status !== undefined && run.status === undefined;
}
