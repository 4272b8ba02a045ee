import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { freePort } from "../../local/free-port.ts";
import { startCollector } from "../tracing/collector.ts";
import { rootSpan } from "./root-span.ts";
import { conditionOf, createWorld } from "./world.ts";

// Real API server, Job controller, PostgreSQL and operator process; pods are processes only where it says so.

// Waiting is most of what these do: side by side they take the time of the longest.
void describe("a run's life", { concurrency: 4 }, () => {
  test("apply to Finished with pods that are processes: settled, proved, live, every Job once, in one trace", async (t) => {
    const collector = await startCollector(t);
    const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER: "always_on" };
    const world = await createWorld(t, { real: true, environment: otel });
    const port = await freePort();
    world.startOperator({ HEALTH_PORT: String(port), ...otel });
    await world.apply("october");
    const status = await world.untilFinished("october");
    assert.equal(status.phase, "Completed");
    assert.deepEqual(await world.generationStates(), ["live"]);
    assert.deepEqual(await world.batches(), {
      ...{ prepare: 1, "settle 0": 1, "settle 1": 1, "settle 2": 1, verify: 1, promote: 1 },
    });
    assert.equal(
      status.members.billed + status.members.held + status.members.excluded,
      status.members.expected,
    );
    assert.match(status.digest ?? "", /^[0-9a-f]{64}$/);
    assert.equal(conditionOf(status, "Promoted").status, "True");
    await world.kubectl("wait", "--for=condition=Finished", "billingrun/october", "--timeout=5s");
    const asked = async (path: string): Promise<string> => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      assert.equal(answer.status, 200, path);
      return await answer.text();
    };
    await asked("/healthz");
    await asked("/readyz");
    const metrics = await asked("/metrics");
    assert.match(metrics, /^billing_operator_runs\{phase="Completed"\} 1$/m);
    assert.match(metrics, /^billing_operator_leader 1$/m);
    assert.match(
      metrics,
      /^billing_operator_api_requests_total\{verb="create",resource="jobs",code="201"\} 5$/m,
    );
    assert.match(
      metrics,
      /^billing_operator_reconcile_seconds_count\{controller="billing-run",outcome="done"\} \d+$/m,
    );
    const root = await rootSpan(world, collector, "Completed");
    assert.equal(root.isError, false);
    assert.ok(root.endMs >= root.startMs && root.endMs - root.startMs < 120_000);
    const below = collector.spans.filter(({ parentSpanId }) => parentSpanId === root.spanId);
    assert.deepEqual(
      below.map(({ name, traceId }) => [name, traceId]).sort(),
      ["prepare", "promote", "settle", "settle", "settle", "verify"].map((name) => [name, root.traceId]),
    );
    assert.deepEqual(collector.problems, []);
  });

  test("mode Plan waits for the digest, says so as an Event, and promotes what was approved", async (t) => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october", { mode: "Plan" });
    const waiting = await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
    assert.equal(conditionOf(waiting, "Approved").reason, "PlanMode");
    await world.change("october", { approvedDigest: "ab".repeat(32) });
    await world.until(
      "october",
      "was to refuse",
      (seen) => conditionOf(seen, "Approved").reason === "DigestMismatch",
    );
    await world.change("october", { approvedDigest: waiting.digest });
    const status = await world.untilFinished("october");
    assert.deepEqual([status.phase, status.digest], ["Completed", waiting.digest]);
    assert.equal(conditionOf(status, "Approved").reason, "ApprovedByDigest");
    const reasons = await world.eventually(
      async () => {
        const seen = await world.eventReasons("october");
        return seen.includes("Completed") && seen;
      },
      () => "an Event of the end",
    );
    for (const reason of ["JobStarted", "PlanMode", "DigestMismatch", "Promoted"]) {
      assert.ok(reasons.includes(reason), `${reason} among ${reasons.join(", ")}`);
    }
  });

  test("a canary with held accounts holds the rest until its digest is approved", async (t) => {
    const world = await createWorld(t);
    await world.carrier.rows("update subscriptions set plan = 'no-such-plan' where bucket < 340");
    world.startOperator();
    const gates = { heldBills: 0, totalChangePercent: 20, billChangePercent: 300 };
    await world.apply("october", { gates });
    const held = await world.until("october", "was to be held", ({ phase }) => phase === "AwaitingApproval");
    const { reason, message } = conditionOf(held, "Approved");
    assert.equal(reason, "CanaryHeldBills");
    assert.deepEqual([held.partitions.succeeded, held.generation], [1, 1]);
    const canary = /digest ([0-9a-f]{64})/.exec(message)?.[1];
    await world.change("october", { approvedDigest: canary });
    const whole = await world.until(
      "october",
      "was to be held as a whole",
      (status) => conditionOf(status, "Approved").reason === "TooManyHeldBills",
    );
    await world.change("october", { approvedDigest: whole.digest });
    assert.equal((await world.untilFinished("october")).phase, "Completed");
  });

  test("kubectl scale, suspend and resume change the Job that runs; nothing is done twice", async (t) => {
    const world = await createWorld(t);
    world.pods.close("settle");
    world.startOperator();
    await world.apply("october", { partitions: 4, parallelism: 1, canary: { partitions: 0 } });
    const name = "october-g1-settle-r0";
    const job = async (): Promise<number | undefined> =>
      (await world.jobs()).find(({ metadata }) => metadata.name === name)?.spec.parallelism;
    const active = (count: number): Promise<unknown> =>
      world.until("october", `was to have ${count} active`, ({ partitions }) => partitions.active === count);
    await active(1);
    await world.kubectl("scale", "billingrun/october", "--replicas=3");
    await active(3);
    await world.change("october", { suspend: true });
    const suspended = await world.until("october", "was to stop", ({ phase }) => phase === "Suspended");
    assert.equal(conditionOf(suspended, "Suspended").status, "True");
    await active(0);
    assert.equal(await job(), 0);
    world.pods.open();
    assert.equal((await world.status("october"))?.partitions.succeeded, 0);
    await world.change("october", { suspend: false });
    assert.equal((await world.untilFinished("october")).phase, "Completed");
    assert.deepEqual(Object.values(await world.batches()), Array(7).fill(1));
  });

  test("a partition that fails for good leaves the others; raising retryGeneration settles that one alone", async (t) => {
    const world = await createWorld(t);
    world.pods.intervene(({ args, index }) =>
      args[0] === "settle" && index === 1
        ? { exitCode: 42, message: '{"error":"no such tariff band"}' }
        : null,
    );
    const collector = await startCollector(t);
    const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER: "always_on" };
    world.startOperator(otel);
    await world.apply("october", {
      ...{ partitions: 4, canary: { partitions: 0 } },
      failurePolicy: { backoffLimitPerPartition: 2, maxFailedPartitions: 1 },
    });
    const failed = await world.untilFinished("october");
    assert.deepEqual([failed.phase, failed.partitions.failedIndexes], ["Failed", [1]]);
    const { reason, message } = conditionOf(failed, "Settled");
    assert.equal(reason, "PartitionsFailed");
    assert.match(message, /partitions 1 failed: exit code 42: no such tariff band/);
    assert.equal(failed.partitions.succeeded, 3);
    world.pods.intervene(() => null);
    const before = world.pods.started.length;
    await world.change("october", { retryGeneration: 1 });
    const status = await world.until("october", "was to be completed", ({ phase }) => phase === "Completed");
    assert.equal(status.partitions.failed, 0);
    const retried = world.pods.started.slice(before).filter((pod) => pod.includes("settle"));
    assert.deepEqual(retried, ["october-g1-settle-r1 0"], "index 0 of the retry stands for partition 1");
    assert.equal((await world.batches())["settle 1"], 1);
    const spans = [await rootSpan(world, collector, "Failed"), await rootSpan(world, collector, "Completed")];
    assert.deepEqual(
      spans.map(({ isError, spanId }) => [isError, spanId === spans[0]?.spanId]),
      [
        [true, true],
        [false, true],
      ],
      "the trace goes on under the same id",
    );
    await world.eventually(
      async () => (await world.jobs()).every(({ spec }) => spec.ttlSecondsAfterFinished === 3_600),
      () => "what nobody needs was to go by itself, also the Job that failed",
    );
  });

  test("release Manual waits; then a small Job releases, again after it failed, and delivery is followed to its end", async (t) => {
    const world = await createWorld(t);
    let failures = 1;
    world.pods.intervene(({ args }) =>
      args[0] === "ledger" && failures-- > 0 ? { exitCode: 42, message: "no route to the database" } : null,
    );
    world.startOperator();
    const dispatch = (release: "Manual" | "Automatic"): object => ({
      dispatch: { release, notificationPolicyRef: "default" },
    });
    await world.apply("october", dispatch("Manual"));
    await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingRelease");
    await world.change("october", dispatch("Automatic"));
    await world.eventually(
      async () => (await world.eventReasons("october")).includes("LedgerJobFailed"),
      () => "an Event of the Job that failed",
    );
    const open = await world.until(
      "october",
      "was to deliver",
      ({ notifications }) => notifications.scheduled > 0,
    );
    assert.equal(open.notifications.scheduled, open.members.billed);
    await world.until("october", "was to release", ({ phase }) => phase === "Delivering");
    await world.carrier.rows("update notifications set state = 'SENT' where bill_id % 2 = 0");
    const half = await world.until("october", "was to get on", ({ notifications }) => notifications.sent > 0);
    assert.equal(half.phase, "Delivering");
    await world.carrier.rows("update notifications set state = 'DEAD' where state <> 'SENT'");
    const status = await world.untilFinished("october");
    assert.equal(status.phase, "Completed");
    assert.equal(status.notifications.sent + status.notifications.dead, status.members.billed);
  });

  test("of two runs of one period one waits for the other, and one generation is live at the end", async (t) => {
    const world = await createWorld(t);
    world.pods.close("settle");
    world.startOperator();
    await Promise.all([world.apply("first"), world.apply("second")]);
    const busy = await world.eventually(
      async () => {
        for (const name of ["first", "second"]) {
          const status = await world.status(name);
          if (status !== undefined && conditionOf(status, "Accepted").reason === "PeriodBusy")
            return { name, status };
        }
        return null;
      },
      () => "one was to be refused",
    );
    const other = busy.name === "first" ? "second" : "first";
    assert.match(
      conditionOf(busy.status, "Accepted").message,
      new RegExp(`run "${other}" is computing 2026-10`),
    );
    assert.equal(conditionOf(busy.status, "Finished").status, "False");
    world.pods.open();
    await world.untilFinished(other);
    assert.equal((await world.untilFinished(busy.name)).phase, "Completed");
    await world.until(other, "was to be superseded", ({ phase }) => phase === "Superseded");
    assert.deepEqual(await world.generationStates(), ["superseded", "live"]);
  });

  test("an unknown tariff and a month without usage hold the run until they are there", async (t) => {
    const world = await createWorld(t);
    await world.carrier.rows("create table kept as select * from usage_records");
    await world.carrier.rows("delete from usage_records");
    world.startOperator();
    await world.apply("october", { tariffRef: { name: "kr-mobile", version: "2026-08" } });
    const accepted = (reason: string): Promise<unknown> =>
      world.until(
        "october",
        `was to be ${reason}`,
        (status) => conditionOf(status, "Accepted").reason === reason,
      );
    await accepted("UnknownTariff");
    await world.carrier.rows(
      `insert into tariffs (name, version, currency, document, sha256)
     select name, '2026-08', currency, document, sha256 from tariffs where name = 'kr-mobile'`,
    );
    await accepted("NoUsage");
    assert.deepEqual(await world.jobNames(), []);
    await world.carrier.rows("insert into usage_records select * from kept");
    assert.equal((await world.untilFinished("october")).phase, "Completed");
  });
});
