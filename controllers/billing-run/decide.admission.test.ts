import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "./decide.ts";
import { condition, ordersOf, startedJob } from "./example-decisions.ts";
import {
  exampleAdmission,
  exampleLedger,
  exampleRun,
  liveLedger,
  seen,
  verifiedLedger,
} from "./example-observations.ts";
import type { Observed } from "./observed.ts";

test("what only the database knows holds a run that has not begun, and says what to do", () => {
  const cases = [
    ["UnknownTariff", /tariff kr-mobile@2026-07 .*`tariff record FILE`/, { tariffRecorded: false }],
    ["NoUsage", /2026-10 has no usage record/, { hasUsage: false }],
    [
      "PeriodBusy",
      /run "september" is computing 2026-10 .*ledger abandon --period 2026-10 --generation 2/,
      { busyWith: { run: "september", generation: 2 } },
    ],
    ["NameTaken", /keeps a run named "october", deleted or .* such as october-2/, { nameTaken: true }],
  ] as const;
  for (const [reason, message, changes] of cases) {
    const admission = { ...exampleAdmission, ...changes };
    const refused = decide(exampleRun(), { ...seen(null), admission });
    assert.equal(refused.status.phase, "Pending");
    const accepted = condition(refused, "Accepted");
    assert.deepEqual([accepted.status, accepted.reason], ["False", reason]);
    assert.match(accepted.message, message);
    assert.deepEqual(refused.actions, [{ kind: "requeue", afterMs: 2_000 }]);
    assert.equal(condition(refused, "Finished").status, "False");
    const begun = decide(exampleRun(), { ...seen(exampleLedger(["done"])), admission });
    assert.equal(condition(begun, "Accepted").status, "True", "a run that has begun is not refused any more");
  }
});

test("no usage is no obstacle where there is nobody to bill", () => {
  const admission = { ...exampleAdmission, hasAccounts: false, hasUsage: false };
  assert.equal(ordersOf(decide(exampleRun(), { ...seen(null), admission })).length, 1);
});

test("a prepare that lost the race for the period is forgotten, and asked again when the period is free", () => {
  const run = exampleRun();
  const failure = { reason: "FailJob", exitCode: 43, message: "run september is active" } as const;
  const job = { ...startedJob(run, seen(null)), state: "failed", failure } as const;
  const admission = { ...exampleAdmission, busyWith: { run: "september", generation: 2 } };
  const lost = decide(run, { ...seen(null, [job]), admission });
  assert.deepEqual(lost.actions[0], { kind: "stopJob", jobName: job.name });
  const going = { ...seen(null, [{ ...job, stopping: true }]), admission: exampleAdmission };
  assert.equal(condition(decide(run, going), "Finished").status, "False", "not failed while it goes");
  assert.equal(ordersOf(decide(run, { ...seen(null), admission: exampleAdmission })).length, 1);
});

test("cancelling goes before everything that holds a run", () => {
  const refused = { ...seen(null), admission: { ...exampleAdmission, tariffRecorded: false } };
  assert.equal(decide(exampleRun({ cancel: true, suspend: true }), refused).status.phase, "Cancelled");
});

test("a deleted run stops its jobs, gives up what never became live, and is let go", () => {
  const plain = exampleRun();
  const run = { ...plain, metadata: { ...plain.metadata, deletionTimestamp: "2026-11-01T00:00:00Z" } };
  const ledger = exampleLedger(["done", "running", "pending", "pending"]);
  const job = startedJob(plain, seen(ledger));
  const first = (observed: Observed): unknown => decide(run, observed).actions[0];
  assert.deepEqual(first(seen(ledger, [job])), { kind: "stopJob", jobName: job.name });
  assert.deepEqual(first(seen(ledger)), { kind: "abandonGeneration", generation: 1 });
  assert.deepEqual(first(seen(verifiedLedger())), { kind: "abandonGeneration", generation: 1 });
  for (const left of [null, { ...ledger, state: "abandoned" } as const, liveLedger({ scheduled: 3 })]) {
    assert.deepEqual(first(seen(left)), { kind: "removeFinalizer" });
  }
});

test("what keeps a job's pods from starting stands in the message", () => {
  const job = startedJob(exampleRun(), seen(null));
  const trouble = "pod october-prepare-r0-0-x does not start: ErrImagePull";
  const decision = decide(exampleRun(), seen(null, [{ ...job, trouble }]));
  assert.match(condition(decision, "Prepared").message, /does not start: ErrImagePull$/);
});

test("a prepare that runs is left to end, though the period is another run's meanwhile: Accepted says so already", () => {
  const job = startedJob(exampleRun(), seen(null));
  const admission = { ...exampleAdmission, busyWith: { run: "september", generation: 2 } };
  const decision = decide(exampleRun(), { ...seen(null, [job]), admission });
  assert.deepEqual(
    decision.actions.map(({ kind }) => kind),
    ["requeue"],
  );
  assert.equal(decision.status.phase, "Preparing");
  const { status, reason, message } = condition(decision, "Accepted");
  assert.deepEqual([status, reason], ["False", "PeriodBusy"]);
  assert.match(message, /run "september"/);
});

test("a failed settlement that is being deleted is waited for, as it will be started again", () => {
  const ledger = exampleLedger(["done", "failed", "done", "done"]);
  const job = { ...startedJob(exampleRun(), seen(ledger)), state: "failed", stopping: true } as const;
  const decision = decide(exampleRun(), seen(ledger, [job]));
  assert.equal(condition(decision, "Finished").status, "False");
  assert.deepEqual(ordersOf(decision), []);
});
