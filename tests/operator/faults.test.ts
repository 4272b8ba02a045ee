import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { conditionTypes } from "../../crds/conditions.ts";
import { PERIOD } from "../settlement/support.ts";
import { connect } from "../../platform/postgres.ts";
import { billingRuns, jobs as jobResource } from "../../controllers/billing-run/kubernetes/names.ts";
import { conditionOf, createWorld } from "./world.ts";

/** Between any two writes of a run's whole life, in the order in which a run comes past them. */
const faultPoints = [
  ...["operator.after-finalizer", "operator.before-start-prepare", "operator.after-start-prepare"],
  ...["operator.before-status", "operator.after-status"],
  ...["operator.before-start-settle", "operator.after-start-settle", "operator.after-tidy"],
  ...["operator.after-parallelism", "operator.before-start-verify", "operator.after-start-verify"],
  ...["operator.before-start-promote", "operator.after-start-promote"],
  ...["operator.before-start-ledger", "operator.after-start-ledger"],
];

// Waiting is most of what these do: side by side they take the time of the longest.
void describe("what goes wrong", { concurrency: 4 }, () => {
  test("an operator killed at every write leads to the same digest, and no Job is done twice", async (t) => {
    const undisturbed = await createWorld(t);
    undisturbed.startOperator();
    await undisturbed.apply("october");
    const { digest } = await undisturbed.untilFinished("october");

    const world = await createWorld(t);
    await world.apply("october", { dispatch: { release: "Manual", notificationPolicyRef: "default" } });
    world.pods.close("prepare", "settle");
    for (const point of faultPoints) {
      if (point === "operator.before-start-settle") world.pods.open("settle");
      if (point === "operator.after-parallelism") await world.change("october", { parallelism: 2 });
      if (point === "operator.before-start-verify") world.pods.open();
      if (point === "operator.before-start-ledger") {
        await world.change("october", { dispatch: { release: "Automatic" } });
      }
      await world.crashAt(point);
    }
    world.startOperator();
    await world.until("october", "was to deliver", ({ phase }) => phase === "Delivering");
    await world.carrier.rows("update notifications set state = 'SENT'");
    const status = await world.untilFinished("october");
    assert.deepEqual([status.phase, status.digest], ["Completed", digest]);
    assert.deepEqual(
      Object.entries(await world.batches()).filter(([, count]) => count !== 1),
      [],
    );
    assert.equal(new Set(world.pods.started).size, world.pods.started.length, "no pod twice");
  });

  test("an operator killed while it gives up a deleted run is no obstacle to the next", async (t) => {
    const world = await createWorld(t);
    world.pods.close("settle");
    const first = world.startOperator();
    await world.apply("october");
    await world.until("october", "was to settle", ({ partitions }) => partitions.active > 0);
    await world.stopOperator(first);
    await world.delete("october");
    const points = ["operator.after-stop-job", "operator.after-start-ledger", "operator.before-letting-go"];
    for (const point of [...points, "operator.after-letting-go"]) await world.crashAt(point);
    assert.equal(await world.get("october"), null);
    assert.deepEqual(await world.generationStates(), ["abandoned"]);
  });

  test("an operator killed around a ledger Job that fails: its name is made free, and the change is made once", async (t) => {
    const world = await createWorld(t);
    let failures = 1;
    world.pods.intervene(({ args }) =>
      args[0] === "ledger" && failures-- > 0 ? { exitCode: 42, message: "no route to the database" } : null,
    );
    const first = world.startOperator();
    await world.apply("october", { dispatch: { release: "Manual", notificationPolicyRef: "default" } });
    await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingRelease");
    await world.stopOperator(first);
    await world.change("october", { dispatch: { release: "Automatic" } });
    await world.crashAt("operator.after-ledger-change");
    // The Job fails meanwhile; after its pause it is deleted, and another takes its name.
    await world.crashAt("operator.after-forget-job");
    assert.deepEqual(await world.batches(), {
      ...{ prepare: 1, "settle 0": 1, "settle 1": 1, "settle 2": 1, verify: 1, promote: 1 },
    });
    world.startOperator();
    await world.until(
      "october",
      "was to deliver",
      (status) => conditionOf(status, "Delivered").reason === "Delivering",
    );
    await world.eventually(
      async () => (await world.batches())["ledger-release"] === 1,
      () => "the release was to be logged, once",
    );
    assert.deepEqual(
      world.pods.started.filter((pod) => pod.includes("release")),
      Array(2).fill("october-g1-release 0"),
    );
  });

  test("of two operators one works; when it is killed the other goes on where it was", async (t) => {
    const world = await createWorld(t);
    world.pods.close("settle");
    const election = { LEADER_ELECTION: "true", LEASE_DURATION_MS: "2000" };
    const first = world.startOperator({ ...election, POD_NAME: "first" });
    await world.apply("october");
    await world.until("october", "was to settle", ({ partitions }) => partitions.active > 0);
    world.startOperator({ ...election, POD_NAME: "second" });
    await world.stopOperator(first, "SIGKILL");
    world.pods.open();
    assert.equal((await world.untilFinished("october")).phase, "Completed");
    const lease = await world.kubectl("get", "lease/billing-operator", "-o=jsonpath={.spec.holderIdentity}");
    assert.match(lease, /^second/);
    assert.deepEqual(
      Object.entries(await world.batches()).filter(([, count]) => count !== 1),
      [],
    );
  });

  test("a status that is lost is there again, and says the same", async (t) => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october", { mode: "Plan" });
    const before = await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
    const address = { resource: billingRuns, namespace: world.namespace, name: "october" } as const;
    await world.client.mergePatch({ ...address, subresource: "status" }, { status: null });
    const after = await world.until("october", "was to have its status again", () => true);
    const timeless = (status: typeof before): object => ({
      ...status,
      conditions: status.conditions.map(({ lastTransitionTime: _, ...condition }) => condition),
    });
    assert.deepEqual(timeless(after), timeless(before));
  });

  test("a database that goes away makes Finished unknown, says so once, and is read again when it is back", async (t) => {
    const world = await createWorld(t);
    const url = new URL(world.carrier.url);
    const name = url.pathname.slice(1);
    url.pathname = "/billing"; // nobody may shut himself out
    const admin = await connect({ url: url.href, applicationName: "tests" });
    t.after(() => admin.end());
    world.pods.close("settle");
    world.startOperator();
    await world.apply("october");
    const settling = await world.until("october", "was to settle", ({ partitions }) => partitions.active > 0);
    const others =
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'billing-operator'";
    const allow = (allowed: boolean): string =>
      `alter database ${name} with allow_connections ${String(allowed)}`;
    await admin.query(allow(false));
    await admin.query(others, [name]);
    const unknown = await world.until(
      "october",
      "was not to know",
      (status) => conditionOf(status, "Finished").status === "Unknown",
    );
    assert.equal(conditionOf(unknown, "Finished").reason, "DatabaseUnreachable");
    assert.match(conditionOf(unknown, "Finished").message, /not currently accepting connections/);
    assert.deepEqual(unknown.members, settling.members, "what was known stays");
    await admin.query(allow(true));
    world.pods.open();
    assert.equal((await world.untilFinished("october")).phase, "Completed");
    const reasons = await world.eventually(
      async () => {
        const seen = await world.eventReasons("october");
        return seen.includes("DatabaseReachable") && seen;
      },
      () => "an Event of its return",
    );
    assert.equal(reasons.filter((reason) => reason === "DatabaseUnreachable").length, 1);
  });

  test("a Job of the name that is somebody else's is not touched: the run says so, and waits until it is gone", async (t) => {
    const world = await createWorld(t);
    const container = { name: "x", image: "none", args: ["other"] };
    await world.client.create(jobResource, world.namespace, {
      ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "october-prepare-r0" } },
      spec: { suspend: true, template: { spec: { restartPolicy: "Never", containers: [container] } } },
    });
    world.startOperator();
    await world.apply("october");
    const taken = await world.until("october", "was to find the name taken", (status) =>
      status.conditions.some(({ reason }) => reason === "JobNameTaken"),
    );
    assert.match(
      conditionOf(taken, "Prepared").message,
      /Job october-prepare-r0 exists and belongs to somebody else/,
    );
    assert.deepEqual(world.pods.started, []);
    await world.kubectl("delete", "job/october-prepare-r0");
    assert.equal((await world.untilFinished("october")).phase, "Completed");
  });

  test("a run of nobody to bill begins without usage, and ends without bills", async (t) => {
    const world = await createWorld(t);
    await world.carrier.rows("truncate accounts, subscriptions, usage_records cascade");
    world.startOperator();
    await world.apply("october");
    const status = await world.untilFinished("october");
    assert.deepEqual([status.phase, status.members.expected], ["Completed", 0]);
    assert.deepEqual(
      status.conditions.map(({ type }) => type),
      conditionTypes,
    );
    assert.equal((await world.get("october"))?.spec.period, PERIOD);
  });
});
