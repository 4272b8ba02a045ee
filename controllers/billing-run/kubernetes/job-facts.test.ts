import assert from "node:assert/strict";
import { test } from "node:test";
import { endedAs, exampleJob, exampleOrder } from "./example-jobs.ts";
import { jobFactsOf } from "./job-facts.ts";

const silent = { failure: null, trouble: null };

test("indexes are those of the partitions, the active ones in number exact", () => {
  const job = exampleJob(exampleOrder([1, 3, 5, 7, 9]), {
    active: 2,
    completedIndexes: "0,2",
    failedIndexes: "",
  });
  const { state, indexes } = jobFactsOf(job, silent);
  assert.equal(state, "active");
  assert.deepEqual(
    indexes.map(({ index, state: of }) => `${index} ${of}`),
    ["1 succeeded", "3 active", "5 succeeded", "7 active", "9 pending"],
  );
});

test("a Job is at its end only when none of its pods runs any more", () => {
  const order = exampleOrder([0]);
  const conditions = endedAs("Failed", "PodFailurePolicy");
  const stateWith = (status: object): string => jobFactsOf(exampleJob(order, status), silent).state;
  assert.equal(stateWith({}), "active");
  assert.equal(stateWith({ conditions, terminating: 1 }), "active");
  assert.equal(stateWith({ conditions }), "failed");
  assert.equal(stateWith({ conditions: endedAs("Complete") }), "succeeded");
  const target = [{ type: "FailureTarget", status: "True" }];
  assert.equal(stateWith({ conditions: target }), "active", "it will fail, and has not yet");
});

test("a Job that is being deleted is stopping", () => {
  const job = exampleJob(exampleOrder([0]), {}, { deletionTimestamp: "2026-11-01T00:00:00Z" });
  assert.equal(jobFactsOf(job, silent).stopping, true);
});

test("each reason of the API is a reason of ours; the pod's words come first, the Job's else", () => {
  const order = exampleOrder([0, 1]);
  const reasons = [
    ["PodFailurePolicy", "FailJob"],
    ["FailedIndexes", "FailedIndexes"],
    ["MaxFailedIndexesExceeded", "MaxFailedIndexesExceeded"],
    ["BackoffLimitExceeded", "BackoffLimitExceeded"],
    ["DeadlineExceeded", "DeadlineExceeded"],
  ] as const;
  for (const [reason, ours] of reasons) {
    const job = exampleJob(order, { conditions: endedAs("Failed", reason) });
    assert.equal(jobFactsOf(job, silent).failure?.reason, ours);
  }
  const said = "Container job for pod billing/x failed with exit code 43 matching FailJob rule at index 3";
  const job = exampleJob(order, {
    failedIndexes: "1",
    conditions: endedAs("Failed", "PodFailurePolicy", said),
  });
  assert.deepEqual(jobFactsOf(job, silent).failure, { reason: "FailJob", exitCode: 43, message: said });
  const words = { failure: { exitCode: 42, message: "no tariff" }, trouble: null };
  assert.equal(jobFactsOf(job, words).failure?.message, "exit code 42: no tariff");
  assert.equal(jobFactsOf(job, words).indexes[1]?.state, "failed");
});
