import assert from "node:assert/strict";
import type { BillingRunSpec } from "../../crds/billing-run.ts";
import type { BillingRun, BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { JobFacts, JobFailure, JobOrder } from "../job-runner.ts";
import type { Action } from "./action.ts";
import { decide } from "./decide.ts";
import {
  exampleAdmission,
  exampleDigest,
  exampleLedger,
  examplePartition,
  exampleRun,
  jobFactsOf,
} from "./example-observations.ts";
import { resultGate } from "./gates.ts";
import type { AdmissionFacts } from "../../database/run-ledger/admission-facts.ts";
import type { LedgerFacts, NotificationFacts } from "../../database/run-ledger/ledger-facts.ts";

const failure: JobFailure = { reason: "FailedIndexes", exitCode: 1, message: "broken" };

/** The world that decisions act on, for the model test: what must hold is asserted at every action. */
export class World {
  run: BillingRun = exampleRun();
  ledger: LedgerFacts | null = null;
  jobs = new Map<string, JobFacts>();
  status: BillingRunStatus | undefined;
  /** Names started since this process began: jobs that are forgotten at a restart may be started again. */
  started: string[] = [];
  nowMs = 0;
  /** Whether another run computes the period: then the database refuses to begin this one. */
  busy = false;
  /** The finalizer is gone, and with it the object. */
  gone = false;

  admission(): AdmissionFacts | null {
    if (this.ledger !== null) return null;
    return { ...exampleAdmission, busyWith: this.busy ? { run: "september", generation: 1 } : null };
  }

  change(spec: Partial<BillingRunSpec>): void {
    const generation = this.run.metadata.generation + 1;
    this.run = { metadata: { ...this.run.metadata, generation }, spec: { ...this.run.spec, ...spec } };
  }

  delete(): void {
    const metadata = { ...this.run.metadata, deletionTimestamp: "2026-11-01T00:00:00Z" };
    this.run = { ...this.run, metadata };
  }

  step(): void {
    if (this.gone) return;
    this.nowMs += 1_000;
    const run = this.status === undefined ? this.run : { ...this.run, status: this.status };
    const observed = {
      nowMs: this.nowMs,
      ledger: this.ledger,
      admission: this.admission(),
      jobs: [...this.jobs.values()],
    };
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
      case "removeFinalizer":
        this.letGo();
        break;
      case "requeue":
        assert.ok(action.afterMs > 0);
    }
  }

  start(order: JobOrder): void {
    assert.ok(!this.jobs.has(order.name), `${order.name} was started twice`);
    assert.ok(!this.run.spec.cancel, "nothing starts after cancel");
    assert.ok(!this.run.spec.suspend, "nothing starts while suspended");
    assert.ok(!this.run.metadata.deletionTimestamp, "nothing starts after the deletion");
    assert.ok(!this.busy || this.ledger !== null, "nothing starts in a period that is another run's");
    const active = [...this.jobs.values()].filter((job) => job.state === "active");
    assert.deepEqual(active, [], "one job at a time");
    if (order.kind === "promote") this.assertMayPromote();
    this.jobs.set(order.name, jobFactsOf(order));
    this.started.push(order.name);
  }

  letGo(): void {
    assert.ok(this.run.metadata.deletionTimestamp, "only a deleted run is let go");
    assert.ok(!["settling", "verified"].includes(this.ledger?.state ?? ""), "the period is free");
    assert.ok(
      [...this.jobs.values()].every((job) => job.state !== "active"),
      "nothing is at work",
    );
    this.gone = true;
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
    for (const { name, state, stopping } of this.jobs.values()) {
      if (stopping && state !== "active") this.jobs.delete(name);
    }
    const job = [...this.jobs.values()].find((candidate) => candidate.state === "active");
    if (job === undefined) {
      this.deliver();
      return;
    }
    if (job.stopping) return void this.jobs.delete(job.name);
    if (job.parallelism === 0) return;
    if (job.kind === "prepare" && this.busy) outcome = "fail";
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
