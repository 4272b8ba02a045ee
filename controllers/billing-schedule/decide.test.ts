import assert from "node:assert/strict";
import test from "node:test";
import { decideSchedule, type ScheduleDecision } from "./decide.ts";
import { exampleRun, exampleSchedule } from "./example-schedule.ts";
import type { ScheduledRun } from "./observed-schedule.ts";
import type { BillingScheduleSpec, BillingScheduleStatus } from "../../crds/billing-schedule.ts";

const augustFirst = "2026-08-01T00:00:00+09:00";
const septemberFirst = "2026-09-01T00:00:00+09:00";
const octoberFirst = "2026-10-01T00:00:00+09:00";

interface At {
  readonly at: string;
  readonly spec?: Partial<BillingScheduleSpec>;
  readonly status?: BillingScheduleStatus;
  readonly runs?: readonly ScheduledRun[];
}

function decideAt({ at, spec, status, runs = [] }: At): ScheduleDecision {
  return decideSchedule(exampleSchedule(spec, status), { nowMs: Date.parse(at), runs });
}

function created({ actions }: ScheduleDecision): string[] {
  return actions.flatMap((action) => (action.kind === "createRun" ? action.name : []));
}

function deleted({ actions }: ScheduleDecision): string[] {
  return actions.flatMap((action) => (action.kind === "deleteRun" ? action.name : []));
}

function condition({ status }: ScheduleDecision, type: string): string {
  const found = status.conditions.find((seen) => seen.type === type);
  return `${found?.status ?? ""} ${found?.reason ?? ""}`;
}

function reasons({ events }: ScheduleDecision): string[] {
  return events.map(({ reason }) => reason);
}

test("fires at its time, for the month before, and says when it fires next", () => {
  const before = decideAt({ at: "2026-07-31T23:59:59+09:00" });
  assert.deepEqual(created(before), []);
  assert.equal(before.status.nextScheduleTime, "2026-07-31T15:00:00.000Z");
  assert.deepEqual(before.actions, [{ kind: "requeue", afterMs: 1_000 }]);

  const firing = decideAt({ at: augustFirst, status: before.status });
  assert.deepEqual(created(firing), ["monthly-2026-07"]);
  assert.equal(firing.status.lastScheduleTime, "2026-07-31T15:00:00.000Z");
  assert.equal(firing.status.nextScheduleTime, "2026-08-31T15:00:00.000Z");
  assert.deepEqual(created(decideAt({ at: augustFirst, status: firing.status })), []);
});

test("a schedule does not fire for the time before it existed", () => {
  const decision = decideAt({ at: "2026-07-15T09:00:01+09:00", spec: { catchUp: "All" } });
  assert.deepEqual(created(decision), []);
  assert.equal(decision.status.lastScheduleTime, null);
  assert.equal(decision.status.missed, 0);
});

test("a decision whose status was lost is taken again, and names the same run", () => {
  const [first, again] = [decideAt({ at: augustFirst }), decideAt({ at: augustFirst })];
  assert.deepEqual(created(first), created(again));
  const run = exampleRun("2026-07", augustFirst, { outcome: "unfinished" });
  assert.deepEqual(created(decideAt({ at: "2026-08-02T00:00Z", runs: [run] })), []);
});

test("catchUp None skips what was missed and counts it, Latest runs the newest, All runs each, oldest first", () => {
  const at = "2026-10-05T00:00:00+09:00";
  const none = decideAt({ at, spec: { catchUp: "None" } });
  assert.deepEqual(created(none), []);
  assert.equal(none.status.missed, 3);
  assert.deepEqual(reasons(none), ["FiringsMissed"]);
  assert.match(none.events[0]?.message ?? "", /skipped 3 firings, for 2026-07, 2026-08, 2026-09/);

  const latest = decideAt({ at, spec: { catchUp: "Latest" } });
  assert.deepEqual(created(latest), ["monthly-2026-09"]);
  assert.equal(latest.status.missed, 2);

  const runs: ScheduledRun[] = [];
  let status: BillingScheduleStatus | undefined;
  for (let turn = 0; turn < 6; turn++) {
    const decision = decideAt({ at, spec: { catchUp: "All" }, runs, ...(status && { status }) });
    status = decision.status;
    for (const action of decision.actions) {
      if (action.kind === "createRun") {
        runs.push(exampleRun(action.period, new Date(action.firingMs).toISOString()));
      }
    }
  }
  assert.deepEqual(
    runs.map(({ name }) => name),
    ["monthly-2026-07", "monthly-2026-08", "monthly-2026-09"],
  );
  assert.equal(status?.missed, 0);
});

test("with catchUp None a firing noticed within five minutes is on time: a change of leader costs no month", () => {
  const spec = { catchUp: "None" } as const;
  assert.deepEqual(created(decideAt({ at: "2026-08-01T00:04:59+09:00", spec })), ["monthly-2026-07"]);
  assert.deepEqual(created(decideAt({ at: "2026-08-01T00:05:01+09:00", spec })), []);
});

test("while a run has not ended the next waits, tells so once, and is lost to no catchUp", () => {
  const july = exampleRun("2026-07", augustFirst, { outcome: "unfinished" });
  for (const catchUp of ["None", "Latest", "All"] as const) {
    const spec = { catchUp };
    const { status } = decideAt({ at: augustFirst, spec });
    const waiting = decideAt({ at: septemberFirst, spec, status, runs: [july] });
    assert.deepEqual(created(waiting), []);
    assert.equal(condition(waiting, "Waiting"), "True PreviousRunUnfinished");
    assert.deepEqual(reasons(waiting), ["PreviousRunUnfinished"]);
    assert.deepEqual(waiting.status.active, [{ name: "monthly-2026-07", period: "2026-07" }]);

    const later = decideAt({ at: octoberFirst, spec, status: waiting.status, runs: [july] });
    assert.deepEqual(reasons(later), []);

    const ended = exampleRun("2026-07", augustFirst, { finishedAtMs: Date.parse("2026-10-03T00:00Z") });
    const next = { at: "2026-10-03T00:00:01Z", spec, runs: [ended] };
    const august = decideAt({ ...next, status: later.status });
    assert.deepEqual(created(august), ["monthly-2026-08"], catchUp);
    assert.equal(condition(august, "Waiting"), "False NothingWaits");
    const third = decideAt({
      ...{ at: "2026-10-04T00:00Z", spec, status: august.status },
      runs: [ended, exampleRun("2026-08", septemberFirst, { finishedAtMs: Date.parse("2026-10-03T12:00Z") })],
    });
    assert.deepEqual(created(third), ["monthly-2026-09"], catchUp);
    assert.equal(third.status.missed, 0);
  }
});

test("a deadline bounds how late, also of what waits", () => {
  const spec = { startingDeadlineSeconds: 86_400 };
  assert.deepEqual(created(decideAt({ at: "2026-08-01T23:59:59+09:00", spec })), ["monthly-2026-07"]);
  const late = decideAt({ at: "2026-08-02T00:00:01+09:00", spec });
  assert.deepEqual(created(late), []);
  assert.equal(late.status.missed, 1);
  assert.deepEqual(reasons(late), ["DeadlineExceeded"]);

  const july = exampleRun("2026-07", augustFirst, { outcome: "unfinished" });
  const waiting = decideAt({ at: septemberFirst, spec, runs: [july] });
  assert.deepEqual(waiting.actions, [{ kind: "requeue", afterMs: 3_600_000 }]);
  const given = decideAt({ at: "2026-09-02T00:00:01+09:00", spec, status: waiting.status, runs: [july] });
  assert.equal(condition(given, "Waiting"), "False NothingWaits");
  assert.equal(given.status.missed, 1);
});

test("two firings in one month are one run; the second is skipped and told", () => {
  const spec = { schedule: "0 0 1,15 * *" };
  const runs = [exampleRun("2026-07", augustFirst)];
  const { status } = decideAt({ at: augustFirst, spec });
  const second = decideAt({ at: "2026-08-15T00:00:00+09:00", spec, status, runs });
  assert.deepEqual(created(second), []);
  assert.deepEqual(reasons(second), ["PeriodHasRun"]);
  assert.equal(second.status.missed, 0);
  const third = decideAt({ at: septemberFirst, spec, status: second.status, runs });
  assert.deepEqual(created(third), ["monthly-2026-08"]);
});

test("a clock that goes back fires nothing again", () => {
  const { status } = decideAt({ at: septemberFirst });
  const back = decideAt({ at: "2026-07-20T00:00Z", status });
  assert.deepEqual(created(back), []);
  assert.equal(back.status.lastScheduleTime, status.lastScheduleTime);
  assert.equal(back.status.settledUntil, status.settledUntil);
  assert.deepEqual(created(decideAt({ at: septemberFirst, status: back.status })), []);
});

test("another cron line or zone counts from now on", () => {
  const { status } = decideAt({ at: "2026-07-20T00:00Z" });
  const spec = { catchUp: "All" } as const;
  for (const change of [{ schedule: "0 0 2 * *" }, { timeZone: "Europe/Berlin" }]) {
    const changed = decideAt({ at: "2026-10-05T00:00Z", spec: { ...spec, ...change }, status });
    assert.deepEqual(created(changed), []);
    assert.equal(changed.status.missed, 0);
    const next = { at: "2026-11-05T00:00Z", spec: { ...spec, ...change }, status: changed.status };
    assert.deepEqual(created(decideAt(next)), ["monthly-2026-10"]);
  }
});

test("suspended, nothing fires; on resumption Latest runs the newest, All each, and None has skipped all", () => {
  for (const [catchUp, run, missed] of [
    ["None", null, 2],
    ["Latest", "monthly-2026-08", 1],
    ["All", "monthly-2026-07", 0],
  ] as const) {
    const suspended = decideAt({ at: "2026-09-10T00:00Z", spec: { catchUp, suspend: true } });
    assert.deepEqual(created(suspended), []);
    assert.equal(condition(suspended, "Suspended"), "True SuspendRequested");
    assert.equal(suspended.status.nextScheduleTime, null);
    const resumed = decideAt({ at: "2026-09-11T00:00Z", spec: { catchUp }, status: suspended.status });
    assert.deepEqual(created(resumed), run === null ? [] : [run]);
    assert.equal(resumed.status.missed, missed);
  }
});

test("suspended, also a firing at its very time is skipped", () => {
  const spec = { catchUp: "None", suspend: true } as const;
  const suspended = decideAt({ at: augustFirst, spec });
  assert.deepEqual(created(suspended), []);
  assert.equal(suspended.status.missed, 1);
});

test("a status that was lost does not bring back the runs that history has removed", () => {
  const runs = [exampleRun("2026-08", septemberFirst)];
  const decision = decideAt({ at: "2026-09-05T00:00Z", spec: { catchUp: "All" }, runs });
  assert.deepEqual(created(decision), []);
  assert.equal(decision.status.lastScheduleTime, new Date(septemberFirst).toISOString());
});

test("what the schema lets pass and cannot be used is refused with its reason, once, and fires from the repair on", () => {
  for (const [spec, reason] of [
    [{ schedule: "0 0 31 2 *" }, "NeverFires"],
    [{ schedule: "99 0 1 * *" }, "InvalidSchedule"],
    [{ timeZone: "Asia/Soul" }, "InvalidTimeZone"],
  ] as const) {
    const refused = decideAt({ at: septemberFirst, spec });
    assert.equal(condition(refused, "Accepted"), `False ${reason}`);
    assert.deepEqual(refused.actions, []);
    assert.deepEqual(reasons(refused), ["ScheduleRefused"]);
    assert.deepEqual(reasons(decideAt({ at: octoberFirst, spec, status: refused.status })), []);
    const mended = decideAt({ at: octoberFirst, spec: { catchUp: "All" }, status: refused.status });
    assert.equal(condition(mended, "Accepted"), "True ScheduleValid");
    assert.deepEqual(created(mended), []);
  }
});

test("history limits delete the oldest, successful and failed apart, never unfinished ones nor the newest period", () => {
  const month = (number: number): string => String(number).padStart(2, "0");
  const run = (number: number, outcome: ScheduledRun["outcome"]): ScheduledRun =>
    exampleRun(`2025-${month(number)}`, `2025-${month(number + 1)}-01T00:00:00+09:00`, { outcome });
  const runs = [
    ...[run(7, "succeeded"), run(1, "succeeded"), run(2, "failed"), run(3, "succeeded"), run(4, "failed")],
    ...[run(5, "succeeded"), run(6, "failed"), run(8, "unfinished")],
  ];
  const status = decideAt({ at: "2026-07-16T00:00Z", runs: [] }).status;
  const decision = (successful: number, failed: number): string[] =>
    deleted(
      decideAt({
        at: "2026-07-17T00:00Z",
        spec: { successfulRunsHistoryLimit: successful, failedRunsHistoryLimit: failed },
        ...{ status, runs },
      }),
    );
  assert.deepEqual(decision(2, 2), ["monthly-2025-01", "monthly-2025-02", "monthly-2025-03"]);
  assert.equal(decision(0, 0).length, 7);
  assert.deepEqual(decision(12, 3), []);
  const done = runs.map((one) => (one.outcome === "unfinished" ? run(8, "succeeded") : one));
  const kept = deleted(
    decideAt({
      ...{ at: "2026-07-17T00:00Z", status, runs: done },
      spec: { successfulRunsHistoryLimit: 0, failedRunsHistoryLimit: 0 },
    }),
  );
  assert.equal(kept.includes("monthly-2025-08"), false);
});

test("weeks of a schedule of every ten minutes are worked off in steps, and none is forgotten", () => {
  const spec = { schedule: "*/10 * * * *", catchUp: "All" } as const;
  let status: BillingScheduleStatus | undefined;
  const runs: ScheduledRun[] = [];
  const at = "2026-09-05T00:00:00+09:00";
  for (let turn = 0; turn < 100; turn++) {
    const decision = decideAt({ at, spec, runs, ...(status && { status }) });
    status = decision.status;
    for (const action of decision.actions) {
      if (action.kind === "createRun")
        runs.push(exampleRun(action.period, new Date(action.firingMs).toISOString()));
    }
  }
  assert.deepEqual(
    runs.map(({ period }) => period),
    ["2026-06", "2026-07", "2026-08"],
  );
  assert.equal(status?.settledUntil, new Date(at).toISOString());
});
