import assert from "node:assert/strict";
import test from "node:test";
import { eventOrders, type OrderedEvent } from "./model/event-orders.ts";
import { firstMessage } from "./new-message.ts";
import type { NotificationEvent, ReceiptKind, SendOutcome } from "./notification-event.ts";
import type { NotificationRow } from "./notification-row.ts";
import { DEFAULT_LADDERS } from "./retry-ladder.ts";
import { transition } from "./state.ts";
import type { DeliveryRules } from "./transition.ts";

const far = Date.UTC(2100, 0, 1);

/** How the story ends: the fields that must not depend on the order. What was spent on the way is counted as it happened. */
function endOf(row: NotificationRow): string {
  const cause = row.state === "DEAD" ? ` ${row.cause}` : "";
  return `${row.state}${cause} ${row.channel} bounced:${(row.bounced ?? []).join()}`;
}

function play(
  order: readonly OrderedEvent[],
  kinds: readonly ReceiptKind[],
  answer: SendOutcome,
  rules: DeliveryRules,
): NotificationRow {
  const due = { dueAtMs: 0, reason: "released" } as const;
  const move = (row: NotificationRow, event: NotificationEvent): NotificationRow => {
    const result = transition(row, event, rules);
    return result.kind === "moved" ? result.row : row;
  };
  let row = move(firstMessage({ billId: 1, generation: 1 }, ["email", "sms"], due), {
    kind: "due",
    nowMs: far,
  });
  let claimed = row;
  for (const event of order) {
    if (event === "claim") {
      const provider = { chosen: "a", first: "a" };
      claimed = row = move(row, { kind: "claim", seq: 1, provider, nowMs: 0, leaseUntilMs: 0 });
    } else if (event === "result") {
      const { seq, channel, messageGeneration } = claimed;
      const ended = { kind: "outcome", seq, channel, messageGeneration, nowMs: 0 } as const;
      row = move(row, { ...ended, provider: "a", outcome: answer, mayFallBack: true });
    } else if (event === "lease-expired") {
      row = move(row, { kind: "lease-expired", machineNowMs: far, nowMs: 0 });
    } else if (event !== "send") {
      const what = kinds[Number(event.split(" ")[1])] ?? "delivered";
      const told = { kind: "receipt", messageGeneration: 1, channel: "email", nowMs: 0 } as const;
      row = move(row, { ...told, what, billHolds: true });
    }
  }
  return row;
}

const stories: readonly (readonly ReceiptKind[])[] = [
  ["delivered"],
  ["complaint"],
  ["hard-bounce"],
  ["delivered", "delivered"],
  ["hard-bounce", "hard-bounce"],
  ["delivered", "complaint"],
  ["delivered", "hard-bounce"],
  ["complaint", "hard-bounce"],
  ["soft-bounce", "delivered"],
  ["soft-bounce", "hard-bounce", "delivered"],
  ["delivered", "complaint", "hard-bounce"],
];

for (const maxUnknownOutcomes of [0, 5]) {
  const rules: DeliveryRules = {
    ...{ ladders: DEFAULT_LADDERS, maxUnknownOutcomes, quiet: { zone: "UTC", windows: [] } },
  };
  for (const kinds of stories) {
    for (const answer of ["accepted", "unknown"] as const) {
      test(`${kinds.join(" + ")}, the answer ${answer}, ${maxUnknownOutcomes} unknown outcomes at most: one end, in every order`, (t) => {
        const orders = eventOrders(kinds.length);
        const ends = new Set(orders.map((order) => endOf(play(order, kinds, { kind: answer }, rules))));
        t.diagnostic(`${orders.length} orders`);
        const expected = kinds.includes("hard-bounce")
          ? "SCHEDULED sms bounced:email"
          : "DELIVERED email bounced:";
        assert.deepEqual([...ends], [expected]);
      });
    }
  }
}

test("there are so many orders, and none of them twice", () => {
  assert.equal(eventOrders(1).length, 1 + 2 + 3 + 8);
  const orders = eventOrders(2).map((order) => order.join());
  assert.equal(new Set(orders).size, orders.length);
});
