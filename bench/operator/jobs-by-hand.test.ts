import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesJob } from "../../controllers/billing-run/kubernetes/objects.ts";
import { copyOfJob } from "./jobs-by-hand.ts";

test("a copy is the same work under another name, for another generation, and nobody's", () => {
  const args = ["promote", "--generation", "1", "--digest", "aa", "--release", "none"];
  const container = { name: "job", image: "none", args };
  const job = {
    metadata: { name: "october-g1-promote-r0", uid: "u", labels: { "billing.telco.dev/run": "october" } },
    spec: {
      completions: 1,
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u" } },
      template: {
        metadata: { labels: { "batch.kubernetes.io/controller-uid": "u" } },
        spec: { restartPolicy: "Never", containers: [container] },
      },
    },
  } as unknown as KubernetesJob;
  assert.deepEqual(copyOfJob(job, "hand", { generation: "2", digest: "bb", name: "unused" }), {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "hand" },
    spec: {
      completions: 1,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [
            { ...container, args: ["promote", "--generation", "2", "--digest", "bb", "--release", "none"] },
          ],
        },
      },
    },
  });
});
