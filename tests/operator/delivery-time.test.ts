import assert from "node:assert/strict";
import { test } from "node:test";
import { conditionOf, createWorld } from "./world.ts";

// The operator's part of when messages leave: real API server, real database, Jobs played by the fake kubelet.

const hourMs = 3_600_000;

test("a reserved release: live at once, moved, let go now, and then not moved any more; a hold and what is late are told", async (t) => {
  const world = await createWorld(t);
  const { carrier } = world;
  world.startOperator();
  const later = new Date(Date.now() + 5 * hourMs).toISOString();
  const dispatch = (releaseAt: string | null): object => ({
    dispatch: { release: "Automatic", notificationPolicyRef: "default", releaseAt },
  });
  await world.apply("october", {
    dispatch: { release: "Automatic", notificationPolicyRef: "default", releaseAt: later },
  });
  const reserved = await world.until("october", "was to be reserved", ({ phase }) => phase === "Reserved");
  assert.equal(conditionOf(reserved, "Promoted").status, "True");
  assert.equal(conditionOf(reserved, "Dispatched").reason, "ReleaseReserved");
  assert.ok(conditionOf(reserved, "Dispatched").message.includes(`messages leave from ${later} on`));
  const soonestMs = (): Promise<number> =>
    carrier.value("select extract(epoch from min(due_at))::float8 * 1000 from notifications");
  assert.ok((await soonestMs()) >= Date.parse(later));
  assert.match(await world.kubectl("get", "billingruns", "-o", "wide"), new RegExp(later.slice(0, 16)));

  const sooner = new Date(Date.now() + 2 * hourMs).toISOString();
  await world.change("october", dispatch(sooner));
  await world.until("october", "was to be moved", (seen) =>
    conditionOf(seen, "Dispatched").message.includes(`messages leave from ${sooner} on`),
  );
  const moved = await soonestMs();
  assert.ok(moved >= Date.parse(sooner) && moved < Date.parse(later), new Date(moved).toISOString());

  await world.change("october", dispatch(null));
  const delivering = await world.until("october", "was to deliver", ({ phase }) => phase === "Delivering");
  assert.equal(conditionOf(delivering, "Overdue").reason, "WithinDeadline");
  assert.equal(await carrier.value("select release_at from generations"), null);
  await assert.rejects(world.change("october", dispatch(later)), /messages have been released/);

  await carrier.client.query("update delivery_arming set system_identifier = '1'");
  await carrier.client.query("update notifications set wanted_at = now() - interval '8 days'");
  await carrier.client.query("update generations set released_at = now() - interval '8 days'");
  const held = await world.until(
    "october",
    "was to be held and late",
    (seen) =>
      conditionOf(seen, "Delivered").reason === "DeliveryHeld" &&
      conditionOf(seen, "Overdue").status === "True",
  );
  assert.match(
    conditionOf(held, "Delivered").message,
    /another server than delivery was armed on.*delivery arm/,
  );
  assert.equal(held.notifications.overdue, held.notifications.scheduled);
  await world.eventually(
    async () => /Warning\s+DeadlinePassed[^]*/.test(await world.kubectl("get", "events")),
    () => "an Event was to tell of the deadline",
  );
  await carrier.client.query("update notifications set state = 'SENT'");
  const finished = await world.untilFinished("october");
  assert.equal(finished.phase, "Completed");
  assert.equal(conditionOf(finished, "Overdue").status, "False");
});
