import assert from "node:assert/strict";
import { test } from "node:test";
import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { decide } from "./decide.ts";
import {
  exampleAdmission,
  exampleLedger,
  exampleRun,
  jobFactsOf,
  liveLedger,
  seen,
} from "./example-observations.ts";
import { steadyStatus } from "./kubernetes/steady-status.ts";
import { eventsOf } from "./run-events.ts";
import { unreachableStatus } from "./undecided-status.ts";

function statusAt(observed: Parameters<typeof decide>[1], former?: BillingRunStatus): BillingRunStatus {
  const run = exampleRun();
  return decide(former === undefined ? run : { ...run, status: former }, observed).status;
}

test("what changed is told once, a failure as a warning", () => {
  const refused = statusAt({ ...seen(null), admission: { ...exampleAdmission, tariffRecorded: false } });
  assert.deepEqual(
    eventsOf(undefined, refused).map(({ type, reason }) => [type, reason]),
    [["Warning", "UnknownTariff"]],
  );
  assert.deepEqual(eventsOf(refused, refused), []);
  const settling = statusAt(seen(exampleLedger(["done", "pending", "pending", "pending"])), refused);
  assert.deepEqual(
    eventsOf(refused, settling).map(({ reason }) => reason),
    ["Prepared", "Settling"],
  );
});

test("a policy that is not there, or cannot be used, is a warning: the run waits for a person", () => {
  for (const reason of ["UnknownNotificationPolicy", "InvalidNotificationPolicy"] as const) {
    const policy = { kind: "refused", reason, message: "mend it" } as const;
    const waiting = statusAt({ ...seen(null), policy });
    assert.deepEqual(eventsOf(undefined, waiting), [{ type: "Warning", reason, message: "mend it" }]);
  }
});

test("a lost status does not tell the whole way again, only where it ended", () => {
  const done = statusAt(seen(liveLedger({ sent: 9 })));
  assert.deepEqual(
    eventsOf(undefined, done).map(({ reason }) => reason),
    ["Completed"],
  );
});

test("a database that is away keeps the status and is told once; its return too", () => {
  const settling = statusAt(seen(exampleLedger(["done", "pending", "pending", "pending"])));
  const away = unreachableStatus({ generation: 1, former: settling }, "connection refused", 90_000);
  assert.deepEqual({ ...away, conditions: [] }, { ...settling, conditions: [] });
  assert.deepEqual(
    eventsOf(settling, away).map(({ type, reason }) => [type, reason]),
    [["Warning", "DatabaseUnreachable"]],
  );
  const still = unreachableStatus({ generation: 1, former: away }, "connection refused", 95_000);
  assert.deepEqual(still, away, "the transition time stays");
  assert.deepEqual(
    eventsOf(away, settling).map(({ reason }) => reason),
    ["DatabaseReachable"],
  );
});

test("an estimate that hardly moved is not written anew", () => {
  const status = statusAt(seen(exampleLedger(["done", "pending", "pending", "pending"])));
  const at = (seconds: number): BillingRunStatus => ({
    ...status,
    estimatedCompletionTime: new Date(seconds * 1_000).toISOString(),
  });
  const steady = (former: number, now: number): string | null =>
    steadyStatus(at(former), at(now), 100_000).estimatedCompletionTime;
  assert.equal(steady(300, 304), at(300).estimatedCompletionTime, "less than 5 s");
  assert.equal(steady(1_100, 1_190), at(1_100).estimatedCompletionTime, "less than a tenth of what is left");
  assert.equal(steady(1_100, 1_300), at(1_300).estimatedCompletionTime);
  assert.equal(steady(99, 101), at(101).estimatedCompletionTime, "what has passed is no estimate");
});

test("a failure stands on two conditions, and is one Event", () => {
  const ledger = exampleLedger(["done", "failed", "done", "done"]);
  const run = exampleRun();
  const former = decide(run, seen(ledger)).status;
  const [start] = decide(run, seen(ledger)).actions;
  assert.equal(start?.kind, "startJob");
  const failure = { reason: "FailedIndexes", exitCode: 42, message: "no plan" } as const;
  const job = { ...jobFactsOf(start.order), state: "failed", failure } as const;
  const failed = statusAt(seen(ledger, [job]), former);
  assert.deepEqual(
    eventsOf(former, failed).map(({ type, reason }) => [type, reason]),
    [["Warning", "PartitionsFailed"]],
  );
});

test("a stage that was reached is told by its numbers", () => {
  const preparing = statusAt(seen(null));
  const settled = statusAt(seen(exampleLedger(["done", "done", "done", "done"])), preparing);
  assert.deepEqual(
    eventsOf(preparing, settled).map(({ reason, message }) => [reason, message]),
    [
      ["Prepared", "400 accounts frozen, in 4 partitions"],
      ["Settled", "396 billed, 4 held, 0 excluded; 39,600 KRW in minor units"],
      ["Verifying", "proving the generation from its tables"],
    ],
  );
});
