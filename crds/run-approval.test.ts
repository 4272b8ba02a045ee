import assert from "node:assert/strict";
import { test } from "node:test";
import { approvalOf } from "./run-approval.ts";
import { exampleCondition, exampleDigest, exampleRun } from "./example-run.ts";

const held = (message: string): object[] => [exampleCondition("Approved", "False", message)];

test("a verified result that a gate holds waits with its digest", () => {
  const message = `mode is Plan; approve digest ${exampleDigest} to promote`;
  const run = exampleRun({
    status: { phase: "AwaitingApproval", digest: exampleDigest, conditions: held(message) },
  });
  assert.deepEqual(approvalOf(run), { kind: "waiting", subject: "result", digest: exampleDigest, message });
});

test("a canary waits with the digest of its sentence, as the whole has none yet", () => {
  const canary = "cd".repeat(32);
  const message = `canary: 7 accounts held, limit 0; approve digest ${canary} to settle the rest`;
  const run = exampleRun({ status: { phase: "AwaitingApproval", conditions: held(message) } });
  assert.deepEqual(approvalOf(run), { kind: "waiting", subject: "canary", digest: canary, message });
});

test("a run that does not wait has nothing to approve, and says how it stands", () => {
  const refusals = [
    [exampleRun(), /is Settling \(12\/24\)/],
    [exampleRun({ status: null }), /no status yet/],
    [
      exampleRun({ status: { phase: "AwaitingApproval", digest: exampleDigest, observedGeneration: 0 } }),
      /try again/,
    ],
    [exampleRun({ spec: { suspend: true }, status: { phase: "AwaitingApproval" } }), /suspended/],
    [exampleRun({ status: { phase: "AwaitingApproval" } }), /names no digest/],
  ] as const;
  for (const [run, pattern] of refusals) {
    const approval = approvalOf(run);
    assert.equal(approval.kind, "nothing");
    assert.match(approval.why, pattern);
  }
});
