import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleRun } from "../crds/example-run.ts";
import { bar, durationText, leftMs, progressOf } from "./run-progress.ts";

const notifications = { scheduled: 100, queued: 20, sent: 70, failed: 4, dead: 6 };

test("nothing has begun before there is a generation", () => {
  assert.deepEqual(progressOf(exampleRun({ status: null })), []);
  assert.deepEqual(progressOf(exampleRun({ status: { generation: null } })), []);
});

test("settlement counts partitions and is paced in accounts", () => {
  const [settle, ...others] = progressOf(exampleRun());
  assert.deepEqual(others, []);
  assert.deepEqual([settle?.done, settle?.total, settle?.unit], [12, 24, "partitions"]);
  assert.deepEqual(settle?.paced, { done: 25_000, total: 50_000, unit: "accounts" });
});

test("delivery counts the messages that have ended, well or not, and is left out where none were asked for", () => {
  const deliver = progressOf(exampleRun({ status: { notifications } }))[1];
  assert.deepEqual([deliver?.done, deliver?.total], [80, 200]);
  const spec = { dispatch: { release: "None" } };
  assert.equal(progressOf(exampleRun({ spec, status: { notifications } })).length, 1);
});

test("time left follows from what is left and the pace", () => {
  const [settle] = progressOf(exampleRun());
  assert.ok(settle);
  assert.equal(leftMs(settle, 2_500), 10_000);
  assert.equal(leftMs(settle, null), null);
  assert.equal(leftMs(settle, 0), null);
  assert.equal(leftMs({ ...settle, paced: { done: 5, total: 5, unit: "accounts" } }, 10), null);
});

test("a bar is full only when all is done", () => {
  assert.equal(bar(12, 24, 8), "████░░░░");
  assert.equal(bar(999_999, 1_000_000, 8), "███████░");
  assert.equal(bar(24, 24, 8), "████████");
  assert.equal(bar(0, 0, 4), "░░░░");
});

test("durations", () => {
  const texts = [0, 59_400, 61_000, 3_599_000, 3_600_000, 47 * 3_600_000, 72 * 3_600_000].map(durationText);
  assert.deepEqual(texts, ["0 s", "59 s", "1 min 1 s", "59 min 59 s", "1 h 0 min", "47 h 0 min", "3 days"]);
});
