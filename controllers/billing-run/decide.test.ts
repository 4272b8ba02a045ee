import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobFacts } from "../job-runner.ts";
import { decide, type Decision } from "./decide.ts";
import { condition, ordersOf, startedJob } from "./example-decisions.ts";
import {
  exampleDigest,
  exampleLedger,
  exampleRun,
  jobFactsOf,
  liveLedger,
  seen,
  verifiedLedger,
} from "./example-observations.ts";

test("a new run starts prepare, once", () => {
  const run = exampleRun();
  const [order] = ordersOf(decide(run, seen(null)));
  assert.equal(order?.name, "october-prepare-r0");
  assert.deepEqual(order.args, [
    ...["--name", "october", "--run-id", run.metadata.uid, "--period", "2026-10"],
    ...["--tariff", "kr-mobile@2026-07", "--partitions", "4"],
  ]);
  const next = decide(run, seen(null, [jobFactsOf(order)]));
  assert.deepEqual(ordersOf(next), []);
  assert.equal(next.status.phase, "Preparing");
});

test("prepare that finds another run at work says so", () => {
  const run = exampleRun();
  const job = startedJob(run, seen(null));
  const failure = { reason: "FailJob", exitCode: 43, message: "run september is active" } as const;
  const decision = decide(run, seen(null, [{ ...job, state: "failed", failure }]));
  assert.equal(decision.status.phase, "Failed");
  assert.deepEqual(
    [condition(decision, "Finished").reason, condition(decision, "Prepared").message],
    ["PrepareRefused", "run september is active"],
  );
});

test("the canary is settled alone, then the others", () => {
  const run = exampleRun();
  const canary = ordersOf(decide(run, seen(exampleLedger(["pending", "pending", "pending", "pending"]))));
  assert.deepEqual(
    canary.map(({ name, indexes }) => [name, indexes]),
    [["october-g1-settle-canary-r0", [0]]],
  );
  const rest = ordersOf(decide(run, seen(exampleLedger(["done", "pending", "pending", "pending"]))));
  assert.deepEqual(
    rest.map(({ name, indexes }) => [name, indexes]),
    [["october-g1-settle-r0", [1, 2, 3]]],
  );
});

test("a canary with too many held accounts waits for its digest to be approved", () => {
  const spec = exampleRun().spec;
  const ledger = exampleLedger(["done", "pending", "pending", "pending"]);
  const strict = { ...spec, gates: { ...spec.gates, heldBills: 0 } };
  const held = decide(exampleRun(strict), seen(ledger));
  assert.equal(held.status.phase, "AwaitingApproval");
  assert.equal(condition(held, "Approved").reason, "CanaryHeldBills");
  const digest = /digest ([0-9a-f]{64})/.exec(condition(held, "Approved").message)?.[1] ?? "";
  const approved = decide(exampleRun({ ...strict, approvedDigest: digest }), seen(ledger));
  assert.equal(ordersOf(approved).length, 1);
});

test("more canary partitions, asked for when the first are settled, are settled before the others", () => {
  const strict = { gates: { ...exampleRun().spec.gates, heldBills: 0 } };
  const first = {
    ...startedJob(exampleRun(strict), seen(exampleLedger(["pending", "pending", "pending", "pending"]))),
  };
  const succeeded: JobFacts = {
    ...first,
    state: "succeeded",
    indexes: [{ index: 0, state: "succeeded", failures: 0 }],
  };
  const ledger = exampleLedger(["done", "pending", "pending", "pending"]);
  const wider = exampleRun({ ...strict, canary: { partitions: 3 } });
  // The Job of the first canary has the name: it goes, and then the next may come.
  const freed = decide(wider, seen(ledger, [succeeded]));
  assert.deepEqual(freed.actions[0], { kind: "stopJob", jobName: first.name });
  const going = decide(wider, seen(ledger, [{ ...succeeded, stopping: true }]));
  assert.deepEqual(
    going.actions.map(({ kind }) => kind),
    ["requeue"],
  );
  const [order] = ordersOf(decide(wider, seen(ledger)));
  assert.deepEqual([order?.name, order?.indexes], [first.name, [1, 2]]);
});

test("parallelism follows the spec while the job runs", () => {
  const ledger = exampleLedger(["done", "pending", "pending", "pending"]);
  const job = startedJob(exampleRun(), seen(ledger));
  const actions = decide(exampleRun({ parallelism: 4 }), seen(ledger, [job])).actions;
  assert.deepEqual(actions[0], { kind: "setParallelism", jobName: job.name, parallelism: 4 });
});

test("suspend lowers parallelism to nothing, resume raises it again", () => {
  const ledger = exampleLedger(["done", "running", "pending", "pending"]);
  const job = startedJob(exampleRun(), seen(ledger));
  const suspended = decide(exampleRun({ suspend: true }), seen(ledger, [job]));
  assert.equal(suspended.status.phase, "Suspended");
  assert.deepEqual(suspended.actions, [{ kind: "setParallelism", jobName: job.name, parallelism: 0 }]);
  const paused = { ...job, parallelism: 0 };
  assert.deepEqual(decide(exampleRun({ suspend: true }), seen(ledger, [paused])).actions, []);
  const [resumed] = decide(exampleRun(), seen(ledger, [paused])).actions;
  assert.deepEqual(resumed, { kind: "setParallelism", jobName: job.name, parallelism: 2 });
});

test("failed partitions end the run; a raised retryGeneration tries only these", () => {
  const ledger = exampleLedger(["done", "done", "failed", "done"]);
  const job = startedJob(exampleRun(), seen(ledger));
  const failed: JobFacts = {
    ...job,
    state: "failed",
    failure: { reason: "FailedIndexes", exitCode: 1, message: "1 of 3 indexes failed" },
    indexes: [{ index: 2, state: "failed", failures: 3 }],
  };
  const ended = decide(exampleRun(), seen(ledger, [failed]));
  assert.equal(ended.status.phase, "Failed");
  assert.deepEqual(ended.status.partitions.failedIndexes, [2]);
  assert.equal(condition(ended, "Finished").status, "True");
  const [order] = ordersOf(decide(exampleRun({ retryGeneration: 1 }), seen(ledger, [failed])));
  assert.deepEqual([order?.name, order?.indexes], ["october-g1-settle-r1", [2]]);
});

test("a settled generation is verified; a proof that does not hold ends the run until a retry", () => {
  const settled = exampleLedger(["done", "done", "done", "done"]);
  assert.equal(startedJob(exampleRun(), seen(settled)).name, "october-g1-verify-r0");
  const broken = { ...settled, proof: [{ name: "items-equal-bills", holds: false }] };
  const decision = decide(exampleRun(), seen(broken));
  assert.equal(condition(decision, "Verified").reason, "ProofFailed");
  assert.match(condition(decision, "Verified").message, /items-equal-bills/);
  assert.equal(startedJob(exampleRun({ retryGeneration: 1 }), seen(broken)).name, "october-g1-verify-r1");
});

test("mode Plan waits for the very digest", () => {
  const plan = { mode: "Plan" } as const;
  const held = decide(exampleRun(plan), seen(verifiedLedger()));
  assert.deepEqual([held.status.phase, condition(held, "Approved").reason], ["AwaitingApproval", "PlanMode"]);
  const other = decide(exampleRun({ ...plan, approvedDigest: "cd".repeat(32) }), seen(verifiedLedger()));
  assert.equal(condition(other, "Approved").reason, "DigestMismatch");
  const [order] = ordersOf(
    decide(exampleRun({ ...plan, approvedDigest: exampleDigest }), seen(verifiedLedger())),
  );
  assert.deepEqual(order?.args.slice(-4), ["--digest", exampleDigest, "--release", "automatic"]);
});

test("each gate holds a Commit, and the approved digest passes it", () => {
  const baseline = { billed: 396, totalMinor: 39_600n, largestBillIncreasePercent: 10 };
  const cases = [
    ["TotalChanged", { baseline: { ...baseline, totalMinor: 30_000n } }, {}],
    ["TotalChanged", { baseline: { ...baseline, totalMinor: 60_000n } }, {}],
    ["SingleBillChanged", { baseline: { ...baseline, largestBillIncreasePercent: 301 } }, {}],
    ["TooManyHeldBills", { baseline }, { heldBills: 3 }],
  ] as const;
  for (const [reason, ledger, limits] of cases) {
    const gates = { ...exampleRun().spec.gates, ...limits };
    const held = decide(exampleRun({ gates }), seen(verifiedLedger(ledger)));
    assert.equal(condition(held, "Approved").reason, reason);
    assert.deepEqual(ordersOf(held), []);
    const approved = exampleRun({ gates, approvedDigest: exampleDigest });
    assert.equal(ordersOf(decide(approved, seen(verifiedLedger(ledger)))).length, 1);
  }
  assert.equal(ordersOf(decide(exampleRun(), seen(verifiedLedger({ baseline })))).length, 1);
});

test("release: Automatic lets messages leave, Manual waits, None is the end", () => {
  const ledger = liveLedger({ scheduled: 5 }, false);
  const release = (value: "Automatic" | "Manual" | "None"): Decision =>
    decide(exampleRun({ dispatch: { release: value, notificationPolicyRef: "default" } }), seen(ledger));
  assert.deepEqual(release("Automatic").actions[0], {
    kind: "releaseGeneration",
    generation: 1,
    from: "as-planned",
  });
  assert.equal(release("Manual").status.phase, "AwaitingRelease");
  assert.deepEqual(release("Manual").actions, []);
  assert.equal(release("None").status.phase, "Completed");
});

test("delivery is followed to the last message", () => {
  const open = decide(exampleRun(), seen(liveLedger({ scheduled: 1, inFlight: 1, sent: 8 })));
  assert.deepEqual([open.status.phase, open.status.progress], ["Delivering", "8/10"]);
  const done = decide(exampleRun(), seen(liveLedger({ sent: 9, dead: 1 })));
  assert.deepEqual([done.status.phase, done.status.progress], ["Completed", "10/10"]);
  assert.equal(condition(done, "Delivered").status, "True");
});

test("a run promoted without messages is finished, also when its release is changed afterwards", () => {
  const decision = decide(
    exampleRun(),
    seen(verifiedLedger({ state: "live", released: true, notifications: null })),
  );
  assert.equal(condition(decision, "Finished").status, "True");
  assert.equal(decision.actions.length, 0);
});

test("cancel stops jobs, then frees the period, then is final", () => {
  const ledger = exampleLedger(["done", "running", "pending", "pending"]);
  const job = startedJob(exampleRun(), seen(ledger));
  const cancelled = exampleRun({ cancel: true });
  assert.deepEqual(decide(cancelled, seen(ledger, [job])).actions[0], { kind: "stopJob", jobName: job.name });
  const stopping = decide(cancelled, seen(ledger, [{ ...job, stopping: true }]));
  assert.deepEqual(
    stopping.actions.map(({ kind }) => kind),
    ["requeue"],
  );
  assert.equal(decide(cancelled, seen(ledger)).actions[0]?.kind, "abandonGeneration");
  const abandoned = { ...ledger, state: "abandoned" } as const;
  for (const run of [cancelled, exampleRun()]) {
    const end = decide(run, seen(abandoned));
    assert.deepEqual([end.status.phase, end.actions], ["Cancelled", []]);
  }
});

test("cancel after promotion keeps the bills and cancels what is not sent", () => {
  const cancelled = exampleRun({ cancel: true });
  const open = decide(cancelled, seen(liveLedger({ scheduled: 3, sent: 2 })));
  assert.equal(open.actions[0]?.kind, "cancelNotifications");
  assert.equal(decide(cancelled, seen(liveLedger({ dropped: 3, sent: 2 }))).status.phase, "Cancelled");
  assert.equal(decide(cancelled, seen(liveLedger({ sent: 5 }))).status.phase, "Completed");
});

test("a lost status is computed again; a kept one keeps its transition times", () => {
  const observed = seen(exampleLedger(["done", "done", "pending", "pending"]));
  const first = decide(exampleRun(), observed).status;
  const later = { ...observed, nowMs: 120_000 };
  const kept = decide({ ...exampleRun(), status: first }, later).status;
  assert.deepEqual(kept.conditions, first.conditions);
  const lost = decide(exampleRun(), later).status;
  assert.deepEqual(
    lost.conditions.map(({ type, status, reason }) => [type, status, reason]),
    kept.conditions.map(({ type, status, reason }) => [type, status, reason]),
  );
  assert.deepEqual(lost.totals, { amountMinor: "19800", currency: "KRW" });
  // Two partitions in 119 s since the first began: the other two as long again.
  assert.equal(lost.estimatedCompletionTime, new Date(120_000 + 119_000).toISOString());
});

test("cancelling waits for what is being sent, and cancels it when it comes back", () => {
  const cancelled = exampleRun({ cancel: true });
  const sending = decide(cancelled, seen(liveLedger({ inFlight: 2, dropped: 3 })));
  assert.deepEqual(
    sending.actions.map(({ kind }) => kind),
    ["requeue"],
  );
  const back = decide(cancelled, seen(liveLedger({ scheduled: 1, inFlight: 1, dropped: 3 })));
  assert.equal(back.actions[0]?.kind, "cancelNotifications");
});

test("names of jobs stay names of pods, whatever the run is called", () => {
  const names = ["a", "x".repeat(63), `${"x".repeat(62)}y`, "2026.10", "2026-10"].map((name) => {
    const plain = exampleRun({ retryGeneration: 12 });
    const run = { ...plain, metadata: { ...plain.metadata, name } };
    const [order] = ordersOf(decide(run, seen(exampleLedger(["pending"], { generation: 12_345 }))));
    assert.match(`${order?.name ?? ""}-1023`, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    return order?.name;
  });
  assert.equal(new Set(names).size, names.length);
});
