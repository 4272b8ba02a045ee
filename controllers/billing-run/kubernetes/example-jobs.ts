import type { JobOrder } from "../../job-runner.ts";
import { exampleRun } from "../example-observations.ts";
import { jobManifest, type ClusterOrder } from "./job-manifest.ts";
import type { KubernetesJob } from "./objects.ts";
import { parsePodTemplate, type PodTemplate } from "./pod-template.ts";

// Builders for the tests of this folder.

/** As the chart gives it: an image's entry point, an environment, a second container. */
export const exampleTemplate: PodTemplate = parsePodTemplate(
  `metadata: { labels: { team: billing } }
spec:
  serviceAccountName: jobs
  containers:
    - { name: job, image: "billing:1", env: [{ name: DATABASE_ROLE, value: billing_settlement }] }
    - { name: proxy, image: "proxy:1" }`,
  "example",
);

/** An order to settle these partitions. */
export function exampleOrder(indexes: readonly number[], changes: Partial<ClusterOrder> = {}): ClusterOrder {
  const order: JobOrder = {
    ...{ name: "october-g1-settle-r0", kind: "settle", args: ["--period", "2026-10", "--generation", "1"] },
    ...{ indexes, parallelism: 2, backoffLimitPerIndex: 2, maxFailedIndexes: 1 },
  };
  return { ...order, ...changes };
}

/** The Job of an order, as the API server shows it with this status. */
export function exampleJob(
  order: ClusterOrder,
  status: NonNullable<KubernetesJob["status"]> = {},
  metadata: Partial<KubernetesJob["metadata"]> = {},
): KubernetesJob {
  const made = jobManifest({ namespace: "billing", run: exampleRun(), template: exampleTemplate }, order);
  const job = made as KubernetesJob;
  return { ...job, metadata: { ...job.metadata, uid: `uid-of-${order.name}`, ...metadata }, status };
}

/** Conditions of a Job at its end. */
export function endedAs(
  type: "Complete" | "Failed",
  reason = "",
  message = "",
): NonNullable<NonNullable<KubernetesJob["status"]>["conditions"]> {
  return [{ type, status: "True", reason, message, lastTransitionTime: "2026-11-01T00:00:00Z" }];
}
