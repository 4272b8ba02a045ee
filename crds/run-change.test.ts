import assert from "node:assert/strict";
import { test } from "node:test";
import { changeFor, consequenceOfCancelling, reserveRelease } from "./run-change.ts";
import { exampleCondition, exampleRun } from "./example-run.ts";
import type { BillingRun } from "./billing-run-status.ts";

const finished = [exampleCondition("Finished", "True", "all delivered")];
const completed = exampleRun({ status: { phase: "Completed", conditions: finished } });
const failed = exampleRun({
  status: {
    phase: "Failed",
    conditions: finished,
    partitions: { total: 24, active: 0, succeeded: 22, failed: 2, failedIndexes: [3, 7] },
  },
});

function patchOf(request: Parameters<typeof changeFor>[0], run: BillingRun): unknown {
  const change = changeFor(request, run);
  return change.kind === "patch" ? change.spec : `${change.kind}: ${change.why}`;
}

test("retry raises the retry by one where something has failed, and refuses where nothing has", () => {
  assert.deepEqual(patchOf("retry", failed), { retryGeneration: 1 });
  assert.deepEqual(patchOf("retry", { ...failed, spec: { ...failed.spec, retryGeneration: 4 } }), {
    retryGeneration: 5,
  });
  assert.equal(patchOf("retry", exampleRun()), "refused: nothing of october has failed: it is Settling");
  assert.match(
    String(patchOf("retry", { ...failed, spec: { ...failed.spec, cancel: true } })),
    /^refused: .*cancelled/,
  );
});

test("a retry that nobody has looked at yet is not repeated", () => {
  const retried = { ...failed, metadata: { ...failed.metadata, generation: 2 } };
  assert.match(String(patchOf("retry", retried)), /^refused: october was changed a moment ago/);
});

test("cancel is for what has not ended; a failed run still holds its month and may be given up", () => {
  assert.deepEqual(patchOf("cancel", exampleRun()), { cancel: true });
  assert.deepEqual(patchOf("cancel", failed), { cancel: true });
  assert.equal(patchOf("cancel", completed), "refused: october has ended: it is Completed");
  assert.equal(
    patchOf("cancel", exampleRun({ spec: { cancel: true } })),
    "unneeded: october was cancelled already",
  );
});

test("the consequence of cancelling differs before and after promotion", () => {
  assert.match(
    consequenceOfCancelling(exampleRun()),
    /^Nothing that october has computed .* will become a bill/,
  );
  const notifications = { scheduled: 40_000, queued: 12, sent: 5, failed: 0, dead: 0 };
  const live = exampleRun({ status: { notifications, conditions: [exampleCondition("Promoted", "True")] } });
  assert.match(consequenceOfCancelling(live), /stay live; 40,012 messages/);
});

test("suspend and resume", () => {
  assert.deepEqual(patchOf("suspend", exampleRun()), { suspend: true });
  assert.match(String(patchOf("suspend", exampleRun({ spec: { suspend: true } }))), /^unneeded/);
  assert.match(
    String(patchOf("suspend", exampleRun({ status: { phase: "Delivering" } }))),
    /^refused: .*cancelling does/,
  );
  assert.match(String(patchOf("suspend", completed)), /^refused/);
  assert.deepEqual(patchOf("resume", exampleRun({ spec: { suspend: true } })), { suspend: false });
  assert.match(String(patchOf("resume", exampleRun())), /^unneeded/);
});

test("release lets messages leave that wait for it, and only those", () => {
  const manual = { dispatch: { release: "Manual" } };
  assert.deepEqual(patchOf("release", exampleRun({ spec: manual, status: { phase: "AwaitingRelease" } })), {
    dispatch: { release: "Automatic" },
  });
  assert.match(
    String(patchOf("release", exampleRun({ spec: manual }))),
    /^refused: the bills of october are not live yet/,
  );
  assert.match(String(patchOf("release", exampleRun())), /^unneeded/);
  assert.deepEqual(patchOf("release", exampleRun({ status: { phase: "Reserved" } })), {
    dispatch: { releaseAt: null },
  });
  assert.match(String(patchOf("suspend", exampleRun({ status: { phase: "Reserved" } }))), /^refused/);
  assert.match(
    String(patchOf("release", exampleRun({ spec: { dispatch: { release: "None" } } }))),
    /^refused/,
  );
});

test("a release is reserved until messages have begun to leave", () => {
  const at = "2026-11-05T09:00:00+09:00";
  const reserved = reserveRelease(exampleRun({ spec: { dispatch: { release: "Manual" } } }), at);
  assert.deepEqual(reserved.kind === "patch" && reserved.spec, {
    dispatch: { release: "Automatic", releaseAt: at },
  });
  const leaving = (reason: string) =>
    exampleRun({ status: { conditions: [{ ...exampleCondition("Delivered", "False"), reason }] } });
  for (const run of [
    exampleRun({ spec: { dispatch: { release: "None" } } }),
    ...["Delivering", "DeliveryHeld", "OutboxStuck"].map(leaving),
    completed,
  ]) {
    assert.equal(reserveRelease(run, at).kind, "refused");
  }
});
