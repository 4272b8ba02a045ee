import assert from "node:assert/strict";
import { test } from "node:test";
import { giveUp } from "../commands/dead.ts";
import { address, bill, deliveryScene, sendAll } from "./scene.ts";

// What a bill offers is what the orders do, and what it does not offer they refuse.

const bodies: Readonly<Record<string, object>> = {
  ...{ force: {}, reserve: { at: "2026-11-05T10:00:00+09:00" }, redrive: { evenIfMaybeSent: true } },
  ...{ convert: { evenIfMaybeSent: true }, resend: { reason: "lost" }, cancel: { reason: "moved away" } },
};

void test("a bill says what may be ordered for its message, and why what may not, as the dry runs do", async (t) => {
  const scene = await deliveryScene(t, 5, (n) => (n === 4 ? { phone: null } : { dueInSeconds: 86_400 }));
  await scene.owner.query(
    "insert into accounts (id, member_id, currency, joined_on) select id, id, 'KRW', '2020-01-01' from members",
  );
  await sendAll(scene, [2], { state: "DELIVERED" });
  await giveUp(scene.owner, address, [3, 4], "unknown-outcome");
  await scene.owner.query("update notifications set state = 'QUEUED' where bill_id = $1", [bill(5)]);
  const offered: string[] = [];
  for (const number of [1, 2, 3, 4, 5]) {
    const { status, body, text } = await scene.viewer.get(`/api/v1/bills/${bill(number)}`);
    assert.equal(status, 200, text);
    const actions = body.actions as { action: string; allowed: boolean; why: string }[];
    offered.push(
      actions
        .filter(({ allowed }) => allowed)
        .map(({ action }) => action)
        .join(" "),
    );
    for (const { action, allowed, why } of actions) {
      const order = bodies[action];
      if (order === undefined) continue;
      const target = { kind: "bills", billIds: [bill(number)] };
      const foreseen = await scene.operator.send("POST", `/api/v1/messages/${action}/dry-run`, {
        ...order,
        target,
      });
      assert.equal(foreseen.body.tally.moved, allowed ? 1 : 0, `${number} ${action}`);
      assert.deepEqual(Object.keys(foreseen.body.tally.refused), allowed ? [] : [why]);
    }
  }
  assert.deepEqual(offered, [
    "force reserve hold cancel",
    "resend",
    "redrive convert",
    "redrive",
    "hold cancel",
  ]);

  const held = await scene.operator.send("POST", `/api/v1/bills/${bill(5)}/hold`, { reason: "a dispute" });
  assert.equal(held.status, 200, held.text);
  const { body: after } = await scene.viewer.get(`/api/v1/bills/${bill(5)}`);
  const open = after.actions.filter(({ allowed }: { allowed: boolean }) => allowed);
  assert.deepEqual(
    open.map(({ action }: { action: string }) => action),
    ["release", "cancel"],
  );
});
