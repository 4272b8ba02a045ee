import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kubectlOk } from "../cluster/kubectl.ts";
import { conditionOf, createWorld, type World } from "./world.ts";

const delivered = { dispatch: { release: "Automatic", notificationPolicyRef: "default" } } as const;

async function untilGone(world: World, name: string): Promise<void> {
  await world.eventually(
    async () => (await world.get(name)) === null,
    () => `${name} was to be gone`,
  );
}

// Waiting is most of what these do: side by side they take the time of the longest.
void describe("ends of a run", { concurrency: 4 }, () => {
  test("cancelled while it settles: pods get SIGTERM, the generation is given up, the period is free", async (t) => {
    const world = await createWorld(t);
    world.pods.close("settle");
    world.startOperator();
    await world.apply("october");
    await world.until("october", "was to settle", ({ partitions }) => partitions.active > 0);
    await world.change("october", { cancel: true });
    const status = await world.untilFinished("october");
    assert.deepEqual([status.phase, conditionOf(status, "Finished").reason], ["Cancelled", "Cancelled"]);
    assert.deepEqual(await world.generationStates(), ["abandoned"]);
    assert.deepEqual(await world.batches(), { prepare: 1, "ledger-abandon": 1 });
    world.pods.open();
    await world.apply("again");
    assert.equal((await world.untilFinished("again")).phase, "Completed");
    assert.deepEqual(await world.generationStates(), ["abandoned", "live"]);
  });

  test("cancelled while it waits for approval, and before it began", async (t) => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october", { mode: "Plan" });
    await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
    await world.apply("refused");
    await world.until(
      "refused",
      "was to be held",
      (seen) => conditionOf(seen, "Accepted").reason === "PeriodBusy",
    );
    await world.change("refused", { cancel: true });
    assert.equal((await world.untilFinished("refused")).phase, "Cancelled");
    await world.change("october", { cancel: true });
    assert.equal((await world.untilFinished("october")).phase, "Cancelled");
    assert.deepEqual(await world.generationStates(), ["abandoned"]);
  });

  test("cancelled while messages go out: the bills stay live, what is not sent is cancelled, what comes back too", async (t) => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october", delivered);
    const { members } = await world.until("october", "was to deliver", ({ phase }) => phase === "Delivering");
    await world.carrier.rows(
      "update notifications set state = 'SENDING', lease_until = now() where bill_id % 3 = 0",
    );
    await world.change("october", { cancel: true });
    const sending = await world.until(
      "october",
      "was to cancel",
      ({ notifications }) => notifications.failed > 0,
    );
    assert.equal(sending.phase, "Cancelling", "what is being sent ends by itself");
    await world.carrier.rows("update notifications set state = 'SCHEDULED' where state = 'SENDING'");
    const status = await world.untilFinished("october");
    assert.equal(status.phase, "Cancelled");
    assert.equal(status.notifications.failed, members.billed);
    assert.deepEqual(await world.generationStates(), ["live"]);
  });

  test("deleted before it is live: Jobs stop, the generation is given up, and owner references take the Jobs", async (t) => {
    const world = await createWorld(t);
    world.pods.close("settle");
    world.startOperator();
    await world.apply("october");
    await world.until("october", "was to settle", ({ partitions }) => partitions.active > 0);
    await world.delete("october");
    await untilGone(world, "october");
    assert.deepEqual(await world.generationStates(), ["abandoned"]);
    await world.eventually(
      async () => (await world.jobNames()).every((name) => name === "october-g1-abandon"),
      () => "the garbage collector was to remove the Jobs",
    );
    await world.apply("october");
    const again = await world.until("october", "was to be refused", (seen) => seen.conditions.length > 0);
    assert.equal(
      conditionOf(again, "Accepted").reason,
      "NameTaken",
      "a name in the ledger is one run's for ever",
    );
  });

  test("deleted in the foreground, where the garbage collector deletes all that the run owns", async (t) => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october", { mode: "Plan" });
    await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
    await world.kubectl("delete", "billingrun/october", "--cascade=foreground", "--wait=false");
    await untilGone(world, "october");
    assert.deepEqual(await world.generationStates(), ["abandoned"]);
  });

  test("deleted when it is live: the bills stay, and so do the messages", async (t) => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october", delivered);
    await world.until("october", "was to deliver", ({ phase }) => phase === "Delivering");
    await world.delete("october");
    await untilGone(world, "october");
    assert.deepEqual(await world.generationStates(), ["live"]);
    const states = await world.carrier.rows("select distinct state from notifications");
    assert.deepEqual(states, [{ state: "SCHEDULED" }]);
  });

  test("a namespace that is deleted with a run at work goes; its generation stays open, and the log says so", async (t) => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october", { mode: "Plan" });
    await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
    await kubectlOk(world.cluster, ["delete", "namespace", world.namespace, "--timeout=60s"]);
    assert.deepEqual(await world.generationStates(), ["verified"]);
    assert.match(world.logs, /GenerationLeftOpen.*give the generation up by `ledger abandon`/);
    const abandon = ["ledger", "abandon", "--period", "2026-10", "--generation", "1"];
    assert.equal((await world.carrier.run(abandon)).code, 0);
    assert.deepEqual(await world.generationStates(), ["abandoned"]);
  });
});
