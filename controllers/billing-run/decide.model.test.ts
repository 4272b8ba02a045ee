import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BillingRunSpec } from "../../crds/billing-run.ts";
import type { BillingRun, BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { JobFacts, JobFailure, JobOrder } from "../job-runner.ts";
import type { Action } from "./action.ts";
import { decide } from "./decide.ts";
import {
  exampleDigest,
  exampleLedger,
  examplePartition,
  exampleRun,
  jobFactsOf,
} from "./example-observations.ts";
import { resultGate } from "./gates.ts";
import type { LedgerFacts, NotificationFacts } from "../../database/run-ledger/ledger-facts.ts";

// A model of the world that decisions act on, driven by random events. What must hold is asserted at every action.

const failure: JobFailure = { reason: "FailedIndexes", exitCode: 1, message: "broken" };

class World {
  run: BillingRun = exampleRun();
  ledger: LedgerFacts | null = null;
  jobs = new Map<string, JobFacts>();
  status: BillingRunStatus | undefined;
  /** Names started since this process began: jobs that are forgotten at a restart may be started again. */
  started: string[] = [];
  nowMs = 0;

  change(spec: Partial<BillingRunSpec>): void {
    const generation = this.run.metadata.generation + 1;
    this.run = { metadata: { ...this.run.metadata, generation }, spec: { ...this.run.spec, ...spec } };
  }

  step(): void {
    this.nowMs += 1_000;
    const run = this.status === undefined ? this.run : { ...this.run, status: this.status };
    const observed = { nowMs: this.nowMs, ledger: this.ledger, jobs: [...this.jobs.values()] };
    const decision = decide(run, observed);
    assert.deepEqual(decide(run, observed), decision, "the same observation gives the same decision");
    this.status = decision.status;
    for (const action of decision.actions) this.apply(action);
  }

  apply(action: Action): void {
    switch (action.kind) {
      case "startJob":
        this.start(action.order);
        break;
      case "setParallelism":
        this.changeJob(action.jobName, { parallelism: action.parallelism });
        break;
      case "stopJob":
        this.changeJob(action.jobName, { stopping: true });
        break;
      case "abandonGeneration":
        assert.ok(this.ledger && ["settling", "verified"].includes(this.ledger.state));
        this.ledger = { ...this.ledger, state: "abandoned" };
        break;
      case "releaseGeneration":
        this.changeLedger({ released: true });
        break;
      case "cancelNotifications":
        this.cancelNotifications();
        break;
      case "requeue":
        assert.ok(action.afterMs > 0);
    }
  }

  start(order: JobOrder): void {
    assert.ok(!this.jobs.has(order.name), `${order.name} was started twice`);
    assert.ok(!this.run.spec.cancel, "nothing starts after cancel");
    assert.ok(!this.run.spec.suspend, "nothing starts while suspended");
    const active = [...this.jobs.values()].filter((job) => job.state === "active");
    assert.deepEqual(active, [], "one job at a time");
    if (order.kind === "promote") this.assertMayPromote();
    this.jobs.set(order.name, jobFactsOf(order));
    this.started.push(order.name);
  }

  assertMayPromote(): void {
    const { ledger, run } = this;
    assert.equal(ledger?.state, "verified");
    const approved = run.spec.approvedDigest === ledger.digest;
    const passes = run.spec.mode === "Commit" && resultGate(run.spec, ledger) === null;
    assert.ok(approved || (passes && run.spec.approvedDigest === ""), "promoted without approval");
  }

  changeJob(name: string, changes: Partial<JobFacts>): void {
    const job = this.jobs.get(name);
    if (job !== undefined) this.jobs.set(name, { ...job, ...changes });
  }

  changeLedger(changes: Partial<LedgerFacts>): void {
    if (this.ledger !== null) this.ledger = { ...this.ledger, ...changes };
  }

  cancelNotifications(): void {
    const facts = this.ledger?.notifications;
    assert.ok(facts);
    this.changeLedger({
      notifications: {
        ...facts,
        scheduled: 0,
        queued: 0,
        dropped: facts.dropped + facts.scheduled + facts.queued,
      },
    });
  }

  /** Lets the running job get on: stopped, failed, or one index further. */
  work(outcome: "succeed" | "fail"): void {
    const job = [...this.jobs.values()].find((candidate) => candidate.state === "active");
    if (job === undefined) {
      this.deliver();
      return;
    }
    if (job.stopping) return void this.jobs.delete(job.name);
    if (job.parallelism === 0) return;
    if (outcome === "fail") {
      const indexes = job.indexes.map((index) => ({ ...index, state: "failed" as const }));
      this.changeJob(job.name, { state: "failed", failure, indexes });
      return;
    }
    if (job.kind === "settle") this.settleOne(job);
    else {
      if (job.kind === "prepare") this.ledger ??= exampleLedger(Array(4).fill("pending"));
      if (job.kind === "verify") this.changeLedger({ state: "verified", digest: exampleDigest, proof: [] });
      if (job.kind === "promote") this.promote();
      this.changeJob(job.name, { state: "succeeded" });
    }
  }

  settleOne(job: JobFacts): void {
    const left = job.indexes.filter(({ index }) => this.ledger?.partitions[index]?.state !== "done");
    const [next] = left;
    if (next !== undefined) {
      const partitions = this.ledger?.partitions.with(next.index, examplePartition(next.index, "done")) ?? [];
      this.changeLedger({ partitions });
    }
    if (left.length <= 1) this.changeJob(job.name, { state: "succeeded" });
  }

  promote(): void {
    const release = this.run.spec.dispatch.release;
    const scheduled = release === "None" ? 0 : 3;
    const notifications = { scheduled, queued: 0, inFlight: 0, sent: 0, dead: 0, dropped: 0 };
    this.changeLedger({ state: "live", released: release === "Automatic", notifications });
  }

  deliver(): void {
    const facts: NotificationFacts | null | undefined = this.ledger?.notifications;
    if (!facts || this.ledger?.released !== true) return;
    if (facts.scheduled > 0) {
      this.changeLedger({
        notifications: { ...facts, scheduled: facts.scheduled - 1, queued: facts.queued + 1 },
      });
    } else if (facts.queued > 0) {
      this.changeLedger({ notifications: { ...facts, queued: facts.queued - 1, sent: facts.sent + 1 } });
    }
  }

  isFinished(): boolean {
    return (
      this.status?.conditions.some(({ type, status }) => type === "Finished" && status === "True") ?? false
    );
  }
}

const strictGates = { totalChangePercent: 20, heldBills: 2, billChangePercent: 300 };

const events: Readonly<Record<string, (world: World) => void>> = {
  succeed: (world) => {
    world.work("succeed");
  },
  fail: (world) => {
    world.work("fail");
  },
  decide: (world) => {
    world.step();
  },
  loseStatus: (world) => {
    world.status = undefined;
  },
  restart: (world) => {
    world.jobs.clear();
  },
  suspend: (world) => {
    world.change({ suspend: true });
  },
  resume: (world) => {
    world.change({ suspend: false });
  },
  plan: (world) => {
    world.change({ mode: "Plan" });
  },
  commit: (world) => {
    world.change({ mode: "Commit" });
  },
  closeGate: (world) => {
    world.change({ gates: strictGates });
  },
  approve: (world) => {
    world.change({ approvedDigest: exampleDigest });
  },
  approveOther: (world) => {
    world.change({ approvedDigest: "cd".repeat(32) });
  },
  resize: (world) => {
    world.change({ parallelism: (world.run.spec.parallelism % 4) + 1 });
  },
  retry: (world) => {
    world.change({ retryGeneration: world.run.spec.retryGeneration + 1 });
  },
  manual: (world) => {
    world.change({ dispatch: { ...world.run.spec.dispatch, release: "Manual" } });
  },
};

const eventNames = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("succeed", "decide") },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(events)) },
  ),
  { maxLength: 60 },
);

function play(world: World, names: readonly string[]): void {
  for (const name of names) {
    events[name]?.(world);
    world.step();
  }
}

test("whatever happened before, a run whose jobs succeed reaches its end", () => {
  fc.assert(
    fc.property(eventNames, (names) => {
      const world = new World();
      play(world, names);
      const { dispatch, retryGeneration } = world.run.spec;
      world.change({
        ...{ suspend: false, approvedDigest: exampleDigest, retryGeneration: retryGeneration + 1 },
        dispatch: { ...dispatch, release: "Automatic" },
      });
      for (let turn = 0; turn < 40; turn++) {
        world.step();
        world.work("succeed");
      }
      world.step();
      assert.ok(world.isFinished(), `stuck in ${world.status?.phase ?? "?"}`);
      assert.equal(world.ledger?.state, "live");
      assert.equal(world.status?.phase, "Completed");
    }),
    { numRuns: 2_000 },
  );
});

test("cancel is final: no job starts any more, the run ends, and taking it back changes nothing", () => {
  fc.assert(
    fc.property(eventNames, eventNames, (before, after) => {
      const world = new World();
      play(world, before);
      world.change({ cancel: true });
      world.step();
      const startedBefore = world.started.length;
      play(
        world,
        after.filter((name) => name !== "fail"),
      );
      for (let turn = 0; turn < 20; turn++) {
        world.step();
        world.work("succeed");
      }
      world.step();
      assert.equal(world.started.length, startedBefore);
      assert.ok(world.isFinished(), `stuck in ${world.status?.phase ?? "?"}`);
      if (world.ledger?.state === "abandoned") {
        world.change({ cancel: false });
        world.step();
        assert.equal(world.status?.phase, "Cancelled");
      }
    }),
    { numRuns: 2_000 },
  );
});
