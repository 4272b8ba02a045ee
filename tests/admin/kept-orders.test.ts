import assert from "node:assert/strict";
import { test } from "node:test";
import { giveUp } from "../commands/dead.ts";
import type { Answer, Caller } from "./admin.ts";
import { address, deliveryScene, type Scene } from "./scene.ts";

const everyLetter = { target: { kind: "all-letters" }, reason: "the provider is back" };

/** Eight dead messages, where one person may move five. */
async function eightDead(t: Parameters<typeof deliveryScene>[0]): Promise<Scene> {
  const scene = await deliveryScene(t, 12);
  await giveUp(scene.owner, address, [1, 2, 3, 4, 5, 6, 7, 8]);
  return scene;
}

async function deadOnes({ owner }: Scene): Promise<number> {
  return (await owner.query("select from notifications where state = 'DEAD'")).rowCount ?? -1;
}

async function kept(caller: Caller): Promise<string> {
  const { status, body, text } = await caller.send("POST", "/api/v1/messages/redrive", everyLetter);
  assert.deepEqual([status, body.status, body.tally?.moved], [200, "pending", 8], text);
  return body.orderId as string;
}

const approve = (caller: Caller, id: string, key?: string): Promise<Answer> =>
  caller.send("POST", `/api/v1/orders/${id}/approve`, {}, key);

void test("a large order moves nothing until somebody else approves it, and then once", async (t) => {
  const scene = await eightDead(t);
  const foreseen = await scene.operator.send("POST", "/api/v1/messages/redrive/dry-run", everyLetter);
  assert.deepEqual([foreseen.body.needsApproval, foreseen.body.approvalOver], [true, 5]);
  const id = await kept(scene.operator);
  assert.equal(await deadOnes(scene), 8);
  const { body: listed } = await scene.viewer.get("/api/v1/orders?pending=true");
  assert.deepEqual(
    listed.items.map((one: Record<string, unknown>) => [one["id"], one["kind"], one["maker"], one["state"]]),
    [[id, "redrive", "operator", "pending"]],
  );
  const { body: one } = await scene.viewer.get(`/api/v1/orders/${id}`);
  assert.deepEqual([one.foreseen.moved, one.now.moved, one.reason], [8, 8, everyLetter.reason]);

  const done = await approve(scene.approver, id);
  assert.deepEqual([done.status, done.body.tally?.moved], [200, 8], done.text);
  assert.equal(await deadOnes(scene), 0);
  const again = await approve(scene.approver, id);
  assert.deepEqual([again.status, again.body.code], [409, "not-pending"]);
  const { body: audit } = await scene.viewer.get("/api/v1/audit?action=order.approve");
  assert.deepEqual(
    audit.items.map(({ actor }: { actor: string }) => actor),
    ["approver", "approver"],
  );
  const traced = await scene.owner.query("select from command_messages");
  assert.equal(traced.rowCount, 8);
});

void test("who orders does not approve, also with both roles, nor by writing the row", async (t) => {
  const scene = await eightDead(t);
  const both = await scene.as("operator", "approver");
  const id = await kept(both);
  const own = await approve(both, id);
  assert.deepEqual([own.status, own.body.code], [409, "own-order"]);
  assert.equal((await approve(scene.operator, id)).status, 403);
  assert.equal(await deadOnes(scene), 8);
  const cheat = scene.owner.query(
    `update delivery_orders set state = 'executed', decided_by = maker, decided_at = now(), decided_command = id`,
  );
  await assert.rejects(cheat, { code: "23514" });
});

void test("an approval moves no more than was foreseen, whatever has died since", async (t) => {
  const scene = await eightDead(t);
  const id = await kept(scene.operator);
  await giveUp(scene.owner, address, [9, 10, 11]);
  const done = await approve(scene.approver, id);
  assert.deepEqual([done.body.tally.moved, done.body.tally.refused], [8, { "not-approved": 3 }]);
  assert.equal(await deadOnes(scene), 3);
});

void test("two approvers at once carry it out once", async (t) => {
  const scene = await eightDead(t);
  const id = await kept(scene.operator);
  const both = await scene.as("operator", "approver");
  const answers = await Promise.all([approve(scene.approver, id), approve(both, id)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  assert.equal((await scene.owner.query("select from command_messages")).rowCount, 8);
});

void test("a withdrawn order and one that nobody approved in time are not carried out", async (t) => {
  const scene = await eightDead(t);
  const withdrawn = await kept(scene.operator);
  assert.equal((await scene.operator.send("POST", `/api/v1/orders/${withdrawn}/withdraw`)).status, 200);
  assert.equal((await approve(scene.approver, withdrawn)).body.code, "not-pending");
  const twice = await scene.operator.send("POST", `/api/v1/orders/${withdrawn}/withdraw`);
  assert.equal(twice.body.code, "not-pending");

  const late = await kept(scene.operator);
  await scene.owner.query("update delivery_orders set expires_at = now() where id = $1", [late]);
  assert.equal((await approve(scene.approver, late)).body.code, "expired");
  const { body } = await scene.viewer.get("/api/v1/orders");
  assert.deepEqual(
    body.items.map(({ state }: { state: string }) => state),
    ["expired", "withdrawn"],
  );
  assert.deepEqual((await scene.viewer.get("/api/v1/orders?pending=true")).body.items, []);
  assert.equal(await deadOnes(scene), 8);
  assert.equal((await approve(scene.approver, "0f8f1a4e-8a4e-4f6e-9d53-111111111111")).status, 404);
});
