import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonInLog, reportJob } from "./report-job.ts";

const template = {
  metadata: { labels: { "app.kubernetes.io/component": "job" } },
  spec: {
    serviceAccountName: "jobs",
    containers: [
      {
        name: "job",
        image: "billing-operator:0.1.0",
        args: [],
        env: [
          { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: "database", key: "DATABASE_URL" } } },
          { name: "LOG_LEVEL", value: "info" },
        ],
      },
    ],
  },
};

test("a report runs in the operator's pod, once, quietly, and goes away by itself", () => {
  assert.deepEqual(reportJob(template, ["report", "--json"], 60), {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { generateName: "kubectl-billing-report-", labels: template.metadata.labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: 120,
      ttlSecondsAfterFinished: 300,
      template: {
        metadata: template.metadata,
        spec: {
          serviceAccountName: "jobs",
          restartPolicy: "Never",
          containers: [
            {
              name: "job",
              image: "billing-operator:0.1.0",
              args: ["report", "--json"],
              env: [template.spec.containers[0]?.env[0], { name: "LOG_LEVEL", value: "error" }],
            },
          ],
        },
      },
    },
  });
});

test("the reason of a failure is the error of the log, else its last lines", () => {
  const line = `{"level":50,"error":"2026-10 has no generation 9","code":"unknown-generation"}`;
  assert.equal(reasonInLog(`something\n${line}\n`), "2026-10 has no generation 9");
  assert.equal(
    reasonInLog("configuration is wrong:\n  DATABASE_URL: is not set\n"),
    "configuration is wrong:\n  DATABASE_URL: is not set",
  );
});
