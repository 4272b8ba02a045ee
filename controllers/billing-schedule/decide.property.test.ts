import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { decideSchedule } from "./decide.ts";
import { exampleSchedule } from "./example-schedule.ts";
import { parseFiringTimes } from "./firing-times.ts";
import type { ScheduledRun } from "./observed-schedule.ts";
import type { BillingScheduleSpec, BillingScheduleStatus } from "../../crds/billing-schedule.ts";

const DAY_MS = 86_400_000;
const createdMs = Date.parse("2026-07-15T00:00:00Z");

/** What happens next to a schedule and its runs. */
type Step =
  | { readonly kind: "wait"; readonly days: number }
  | { readonly kind: "clock-back"; readonly days: number }
  | { readonly kind: "reconcile"; readonly crash: "no" | "before-status" | "before-actions" }
  | { readonly kind: "finish"; readonly well: boolean }
  | { readonly kind: "lose-status" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), days: fc.integer({ min: 0, max: 70 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("clock-back" as const), days: fc.integer({ min: 1, max: 90 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("reconcile" as const),
      crash: fc.constantFrom(
        "no" as const,
        "no" as const,
        "before-status" as const,
        "before-actions" as const,
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("finish" as const), well: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose-status" as const) }) },
);

const specs = fc.record({
  schedule: fc.constantFrom("0 0 1 * *", "30 2 29 * *", "0 3 1,15 * *", "0 12 * * 1", "0 0 L * *"),
  timeZone: fc.constantFrom("Asia/Seoul", "Europe/Berlin", "America/New_York", "Pacific/Apia"),
  catchUp: fc.constantFrom("None" as const, "Latest" as const, "All" as const),
  successfulRunsHistoryLimit: fc.integer({ min: 0, max: 3 }),
  failedRunsHistoryLimit: fc.integer({ min: 0, max: 2 }),
});

/** An API server in miniature: runs by name, a status, and everything that was ever created. */
class World {
  readonly spec: Partial<BillingScheduleSpec>;
  nowMs = createdMs;
  /** The furthest that any clock has shown. */
  latestMs = createdMs;
  status: BillingScheduleStatus | undefined;
  runs: ScheduledRun[] = [];
  readonly everCreated: ScheduledRun[] = [];

  constructor(spec: Partial<BillingScheduleSpec>) {
    this.spec = spec;
  }

  take(one: Step): void {
    switch (one.kind) {
      case "wait":
        this.nowMs += one.days * DAY_MS;
        this.latestMs = Math.max(this.latestMs, this.nowMs);
        return;
      case "clock-back":
        this.nowMs = Math.max(createdMs, this.nowMs - one.days * DAY_MS);
        return;
      case "finish":
        this.#finish(one.well ? "succeeded" : "failed");
        return;
      case "lose-status":
        this.status = undefined;
        return;
      case "reconcile":
        this.#reconcile(one.crash);
    }
  }

  #finish(outcome: "succeeded" | "failed"): void {
    this.runs = this.runs.map((run) =>
      run.outcome === "unfinished"
        ? { ...run, outcome, finishedAtMs: Math.max(this.nowMs, run.firingMs) }
        : run,
    );
  }

  #reconcile(crash: Extract<Step, { kind: "reconcile" }>["crash"]): void {
    const schedule = exampleSchedule(this.spec, this.status);
    const decision = decideSchedule(schedule, { nowMs: this.nowMs, runs: this.runs });
    if (crash === "before-actions") return;
    for (const action of decision.actions) {
      if (action.kind === "deleteRun") {
        const run = this.runs.find(({ uid }) => uid === action.uid);
        assert.ok(run !== undefined && run.outcome !== "unfinished", "deleted what has not ended");
        this.runs = this.runs.filter(({ uid }) => uid !== action.uid);
      }
      if (action.kind !== "createRun" || this.runs.some(({ name }) => name === action.name)) continue;
      assert.ok(
        this.runs.every(({ outcome }) => outcome !== "unfinished"),
        "two runs at once",
      );
      assert.ok(action.firingMs <= this.nowMs, "fired before its time");
      const { name, period, firingMs } = action;
      const uid = String(this.everCreated.length);
      const run = { name, uid, period, firingMs, outcome: "unfinished" as const, finishedAtMs: null };
      this.runs.push(run);
      this.everCreated.push(run);
    }
    if (crash === "before-status") return;
    assert.ok(
      (decision.status.settledUntil ?? "") >= (this.status?.settledUntil ?? ""),
      "settledUntil moved back",
    );
    assert.ok(
      (decision.status.lastScheduleTime ?? "") >= (this.status?.lastScheduleTime ?? ""),
      "moved back",
    );
    this.status = decision.status;
  }

  /** Reconciles and ends runs until nothing changes any more. */
  settle(): void {
    this.nowMs = this.latestMs;
    for (let turn = 0; turn < 400; turn++) {
      const before = JSON.stringify([this.status, this.runs]);
      this.#reconcile("no");
      this.#finish("succeeded");
      if (JSON.stringify([this.status, this.runs]) === before) return;
    }
    assert.fail("does not come to rest");
  }

  /** Every period of a firing between the creation and now, in order. */
  periodsDue(): string[] {
    const parsed = parseFiringTimes(this.spec.schedule ?? "", this.spec.timeZone ?? "");
    assert.ok(parsed.kind === "valid");
    const periods = new Set<string>();
    for (
      let at = parsed.times.after(createdMs);
      at !== null && at <= this.latestMs;
      at = parsed.times.after(at)
    ) {
      periods.add(parsed.times.periodOf(at));
    }
    return [...periods];
  }
}

test("whatever crashes, is lost or goes back: a period has one run, in order, one at a time", () => {
  fc.assert(
    fc.property(specs, fc.array(step, { maxLength: 40 }), (spec, steps) => {
      const world = new World(spec);
      for (const one of steps) world.take(one);
      world.settle();
      const periods = world.everCreated.map(({ period }) => period);
      assert.deepEqual(periods, [...new Set(periods)].sort());
      const due = world.periodsDue();
      assert.ok(periods.every((period) => due.includes(period)));
      if (spec.catchUp === "All") assert.deepEqual(periods, due);
      if (spec.catchUp === "Latest" && due.length > 0) assert.equal(periods.at(-1), due.at(-1));
    }),
    { numRuns: 1_500 },
  );
});

test("each firing is fired, missed or repeated exactly once", () => {
  fc.assert(
    fc.property(specs, fc.array(step, { maxLength: 40 }), (spec, steps) => {
      const world = new World({ ...spec, schedule: "0 0 1 * *" });
      // A lost status, or a crash before the first one, forgets the count; what fires is the other test's.
      world.take({ kind: "reconcile", crash: "no" });
      for (const one of steps) if (one.kind !== "lose-status") world.take(one);
      world.settle();
      assert.equal(world.everCreated.length + (world.status?.missed ?? 0), world.periodsDue().length);
    }),
    { numRuns: 1_500 },
  );
});
