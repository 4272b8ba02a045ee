import assert from "node:assert/strict";
import { test } from "node:test";
import { apiVersion } from "./billing-run.ts";
import { parseBillingRun } from "./parse-billing-run.ts";

const minimal = {
  apiVersion,
  kind: "BillingRun",
  metadata: { name: "2026-10" },
  spec: { period: "2026-10", tariffRef: { name: "kr-mobile", version: "2026-07" } },
};

test("a minimal manifest gets the documented defaults", () => {
  const parsed = parseBillingRun(minimal);
  assert.equal(parsed.kind, "valid");
  assert.deepEqual(parsed.manifest.spec, {
    ...minimal.spec,
    mode: "Commit",
    approvedDigest: "",
    partitions: 64,
    parallelism: 8,
    canary: { partitions: 1 },
    gates: { totalChangePercent: 20, heldBills: 1000, billChangePercent: 300 },
    failurePolicy: { backoffLimitPerPartition: 2, maxFailedPartitions: 0 },
    dispatch: { release: "Automatic", notificationPolicyRef: "default" },
    suspend: false,
    cancel: false,
    retryGeneration: 0,
  });
});

test("all problems are reported at once, each with its path and a remedy", () => {
  const parsed = parseBillingRun({
    ...minimal,
    kind: "BillRun",
    metadata: { name: "Oct 2026" },
    spec: { period: "2026-13", tariffRef: { name: "kr-mobile" }, mode: "Dry", partitions: 0, cancle: true },
  });
  assert.equal(parsed.kind, "invalid");
  assert.deepEqual(parsed.problems.map((problem) => problem.path).sort(), [
    "kind",
    "metadata.name",
    "spec.cancle",
    "spec.mode",
    "spec.partitions",
    "spec.period",
    "spec.tariffRef.version",
  ]);
  const mode = parsed.problems.find((problem) => problem.path === "spec.mode");
  assert.equal(mode?.remedy, "use one of Plan, Commit");
  const version = parsed.problems.find((problem) => problem.path === "spec.tariffRef.version");
  assert.equal(version?.message, "is missing");
});

test("fields that contradict each other are refused", () => {
  const parsed = parseBillingRun({
    ...minimal,
    spec: { ...minimal.spec, partitions: 4, parallelism: 8, canary: { partitions: 4 } },
  });
  assert.equal(parsed.kind, "invalid");
  assert.deepEqual(
    parsed.problems.map((problem) => problem.path),
    ["spec.parallelism", "spec.canary.partitions"],
  );
});

test("something that is no manifest at all is refused, not thrown", () => {
  for (const document of [null, 7, "text", []]) assert.equal(parseBillingRun(document).kind, "invalid");
});
