import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startRequestCount, sumOf } from "./count-requests.ts";

function line(stage: string, verb: string, userAgent: string | undefined, objectRef?: object): string {
  return `${JSON.stringify({ stage, verb, userAgent, objectRef })}\n`;
}

test("requests since the beginning of the count, by who asked; a watch counts once, a half-written line not yet", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const log = join(folder, "audit.ndjson");
  const jobController =
    "kube-controller-manager/v1.36.3 (linux/amd64) kubernetes/abc/system:serviceaccount:kube-system:job-controller";
  writeFileSync(log, line("ResponseComplete", "get", "billing-operator", { resource: "jobs" }));
  const count = startRequestCount(log);
  appendFileSync(
    log,
    line("ResponseComplete", "create", jobController, { resource: "pods" }) +
      line("ResponseComplete", "patch", "billing-operator", { resource: "jobs", subresource: "status" }) +
      line("ResponseStarted", "watch", "billing-operator", { resource: "jobs" }) +
      line("ResponseComplete", "watch", "billing-operator", { resource: "jobs" }) +
      line("ResponseComplete", "get", undefined) +
      '{"stage":"Resp',
  );
  const counts = count();
  assert.deepEqual(counts, {
    "job-controller": { "create pods": 1 },
    "billing-operator": { "patch jobs/status": 1, "watch jobs": 1 },
    "kubelet double": { "get other": 1 },
  });
  assert.equal(sumOf(counts, "billing-operator"), 2);
});
