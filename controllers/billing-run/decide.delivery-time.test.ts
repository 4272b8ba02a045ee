import assert from "node:assert/strict";
import { test } from "node:test";
import type { BillingRunSpec } from "../../crds/billing-run.ts";
import { decide } from "./decide.ts";
import { exampleRun, liveLedger, seen } from "./example-observations.ts";

const reservedLedger = {
  ...liveLedger({ scheduled: 3 }),
  reservedUntilMs: Date.parse("2026-11-05T00:00:00Z"),
};

test("a reserved release says when, waits for nobody, and is moved when the spec says another instant", () => {
  const at = (dispatch: Partial<BillingRunSpec["dispatch"]>): ReturnType<typeof decide> => {
    const spec = exampleRun().spec;
    return decide(exampleRun({ dispatch: { ...spec.dispatch, ...dispatch } }), seen(reservedLedger));
  };
  const same = at({ releaseAt: "2026-11-05T09:00:00+09:00" });
  assert.equal(same.status.phase, "Reserved");
  assert.deepEqual(same.actions, [{ kind: "requeue", afterMs: 1_000 }]);
  const dispatched = same.status.conditions.find(({ type }) => type === "Dispatched");
  assert.equal(dispatched?.reason, "ReleaseReserved");
  assert.match(dispatched.message, /messages leave from 2026-11-05T00:00:00.000Z on/);
  const moved = at({ releaseAt: "2026-11-04T09:00:00+09:00" });
  assert.deepEqual(moved.actions[0], {
    ...{ kind: "releaseGeneration", generation: 1, from: "2026-11-04T09:00:00+09:00" },
  });
  assert.deepEqual(at({}).actions[0], { kind: "releaseGeneration", generation: 1, from: "now" });
  assert.equal(at({ release: "Manual" }).actions.length, 1);
  // Once it has come, it is a run that delivers; what the spec says then changes nothing.
  const come = decide(
    exampleRun({ dispatch: { ...exampleRun().spec.dispatch, releaseAt: "2027-01-01T00:00:00Z" } }),
    seen({ ...reservedLedger, reservedUntilMs: null }),
  );
  assert.equal(come.status.phase, "Delivering");
  assert.deepEqual(come.actions, [{ kind: "requeue", afterMs: 1_000 }]);
});

test("messages past their deadline are told in a condition, which stands until there are none, and nothing is done", () => {
  const overdue = (count: number, deliverWithinMs = 604_800_000): ReturnType<typeof decide> =>
    decide(exampleRun(), seen({ ...liveLedger({ queued: 2, sent: 5 }), overdue: count, deliverWithinMs }));
  const condition = (decision: ReturnType<typeof decide>) =>
    decision.status.conditions.find(({ type }) => type === "Overdue");
  const late = overdue(2);
  assert.deepEqual([condition(late)?.status, condition(late)?.reason], ["True", "DeadlinePassed"]);
  assert.match(condition(late)?.message ?? "", /^2 of 2 open messages .* within 168 hours of their day/);
  assert.equal(late.status.notifications.overdue, 2);
  assert.deepEqual([late.status.phase, late.actions], ["Delivering", [{ kind: "requeue", afterMs: 1_000 }]]);
  assert.deepEqual(
    [condition(overdue(0))?.status, condition(overdue(0))?.reason],
    ["False", "WithinDeadline"],
  );
  assert.equal(condition(overdue(0, 0))?.reason, "NoDeadline");
  assert.equal(overdue(0).status.notifications.overdue, undefined);
});

test("messages that Kafka does not take are told with since when; a hold explains it better, and afterwards it is delivering", () => {
  const delivered = (changes: object) =>
    decide(exampleRun(), seen({ ...liveLedger({ queued: 2, sent: 5 }), ...changes })).status.conditions.find(
      ({ type }) => type === "Delivered",
    );
  const stuck = delivered({ outboxStuckSinceMs: 0 });
  assert.deepEqual([stuck?.status, stuck?.reason], ["False", "OutboxStuck"]);
  assert.match(stuck?.message ?? "", /^5 of 7 messages .* since 1970-01-01T00:00:00.000Z.*by itself$/);
  assert.equal(delivered({ outboxStuckSinceMs: 0, deliveryHold: "by-order" })?.reason, "DeliveryHeld");
  assert.equal(delivered({})?.reason, "Delivering");
});

test("a hold is told where the messages are waited for, with what to do; a run without open messages has ended", () => {
  const held = { deliveryHold: "other-timeline" } as const;
  const open = decide(exampleRun(), seen({ ...liveLedger({ scheduled: 1 }), ...held }));
  const delivered = open.status.conditions.find(({ type }) => type === "Delivered");
  assert.deepEqual([delivered?.status, delivered?.reason], ["False", "DeliveryHeld"]);
  assert.match(delivered?.message ?? "", /recovered from a backup.*delivery arm --reason/);
  assert.equal(decide(exampleRun(), seen({ ...liveLedger({ sent: 1 }), ...held })).status.phase, "Completed");
});
