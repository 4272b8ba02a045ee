import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleCondition, exampleRun } from "../crds/example-run.ts";
import { runTable } from "./run-table.ts";
import { conditionsText, runLine, runText, withoutPace } from "./run-text.ts";

const nowMs = Date.parse("2026-11-01T00:01:00Z");

test("a settling run, watched: bar, pace, time left, money, and what it does", () => {
  const text = runText(exampleRun(), { nowMs, perSecond: () => 1_000 });
  assert.deepEqual(text.split("\n"), [
    "october  2026-10, generation 2  Settling",
    "",
    "  settle  ████████████████░░░░░░░░░░░░░░░░  50 %  12/24 partitions  1,000 accounts/s  25 s left",
    "",
    "  accounts       50,000: 24,900 billed, 40 held, 60 not in the period",
    "  amount         697,812,345 KRW",
    "",
    "  12 of 24 partitions settled",
  ]);
});

test("before a pace was seen, the operator's estimate", () => {
  assert.match(runText(exampleRun(), withoutPace(nowMs)), /12\/24 partitions {2}1 min 0 s left$/m);
});

test("messages are counted once there are some, and a digest is not repeated in the sentence", () => {
  const notifications = { scheduled: 40_000, queued: 12, sent: 9_000, failed: 1, dead: 3 };
  const text = runText(exampleRun({ status: { notifications } }), withoutPace(nowMs));
  assert.match(
    text,
    /^ {2}messages {7}9,000 sent, 3 given up, 1 dropped; 12 on their way, 40,000 scheduled$/m,
  );
  const conditions = [
    exampleCondition("Approved", "False", `mode is Plan; approve digest ${"ab".repeat(32)} to promote`),
  ];
  assert.match(runLine(exampleRun({ status: { conditions } })), /mode is Plan; approve it to promote$/);
});

test("failed partitions and the digest are shown where there are some", () => {
  const partitions = { total: 24, active: 0, succeeded: 22, failed: 2, failedIndexes: [3, 7] };
  const text = runText(exampleRun({ status: { partitions, digest: "ab".repeat(32) } }), withoutPace(nowMs));
  assert.match(text, /^ {2}failed {9}partitions 3, 7$/m);
  assert.match(text, /^ {2}digest {9}(ab){32}$/m);
});

test("a run that the operator has not seen", () => {
  assert.match(
    runText(exampleRun({ status: null }), withoutPace(nowMs)),
    /^october {2}2026-10 {2}Pending\n\n.*not looked/,
  );
});

test("the end's message wins over a condition that stayed false", () => {
  const conditions = [
    exampleCondition("Settled", "False", "partitions 3 failed"),
    exampleCondition("Finished", "True", "partitions 3 failed: out of disk"),
  ];
  const run = exampleRun({ status: { phase: "Failed", conditions } });
  assert.equal(runLine(run), "Failed           12/24       partitions 3 failed: out of disk");
  assert.match(conditionsText(run), /^ {2}Settled {5}False {2}InProgress {11}partitions 3 failed$/m);
});

test("the table has the newest period first, and its columns in line", () => {
  const september = exampleRun({ spec: { period: "2026-09" }, status: null });
  const lines = runTable([september, exampleRun()], nowMs).split("\n");
  assert.equal(lines[0], "NAME      PERIOD    PHASE      PROGRESS   AMOUNT            AGE         MESSAGE");
  assert.equal(
    lines[1],
    "october   2026-10   Settling   12/24      697,812,345 KRW   1 min 0 s   12 of 24 partitions settled",
  );
  assert.equal(lines[2], "october   2026-09   Pending                                 1 min 0 s");
});
