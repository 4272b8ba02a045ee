import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleLedger, exampleRun, verifiedLedger } from "../example-observations.ts";
import { endedAs, exampleJob, exampleOrder } from "./example-jobs.ts";
import { jobsToTidy } from "./tidy.ts";

const succeeded = { conditions: endedAs("Complete") };
const failed = { conditions: endedAs("Failed", "FailedIndexes") };
const settle = exampleOrder([0, 1, 2, 3]);
const half = exampleLedger(["done", "done", "pending", "pending"]);
const whole = exampleLedger(["done", "done", "done", "done"]);

function tidied(...args: Parameters<typeof jobsToTidy>): number {
  return jobsToTidy(...args).length;
}

test("a Job that succeeded stays until the ledger shows what it did", () => {
  const job = exampleJob(settle, succeeded);
  assert.equal(tidied([job], exampleRun(), half), 0);
  assert.equal(tidied([job], exampleRun(), whole), 1);
  const prepare = exampleJob(exampleOrder([0], { kind: "prepare", name: "october-prepare-r0" }), succeeded);
  assert.equal(tidied([prepare], exampleRun(), null), 0);
  assert.equal(tidied([prepare], exampleRun(), half), 1);
  const verify = exampleJob(exampleOrder([0], { kind: "verify", name: "october-g1-verify-r0" }), succeeded);
  assert.equal(tidied([verify], exampleRun(), whole), 0);
  assert.equal(tidied([verify], exampleRun(), verifiedLedger()), 1);
});

test("a Job that failed stays until a retry is asked for, or the run is past it", () => {
  const job = exampleJob(settle, failed);
  assert.equal(tidied([job], exampleRun(), half), 0);
  assert.equal(tidied([job], exampleRun({ retryGeneration: 1 }), half), 1);
  assert.equal(tidied([job], exampleRun(), { ...half, state: "abandoned" }), 1);
});

test("what is active, is going, or has its time already is left alone", () => {
  const past = verifiedLedger({ state: "live" });
  assert.equal(tidied([exampleJob(settle, { active: 1 })], exampleRun(), past), 0);
  const going = exampleJob(settle, succeeded, { deletionTimestamp: "2026-11-01T00:00:00Z" });
  assert.equal(tidied([going], exampleRun(), past), 0);
  const timed = exampleJob({ ...settle, ttlSecondsAfterFinished: 60 }, succeeded);
  assert.equal(tidied([timed], exampleRun(), past), 0);
});
