import assert from "node:assert/strict";
import test from "node:test";
import type { OrderedMessage } from "./delivery-order.ts";
import { HELD_UNTIL_MS } from "./hold.ts";
import {
  NOTIFICATION_STATES,
  type DeliveryState,
  type Message,
  type NotificationRow,
} from "./notification-row.ts";
import { ORDER_KINDS, orderChances } from "./open-orders.ts";
import { DEFAULT_POLICY } from "./policy.ts";

const noon = Date.parse("2026-11-02T12:00:00+09:00");
const fields: Message = {
  ...{ billId: 1, generation: 1, messageGeneration: 1, channel: "email" as const, fallbacks: [] },
  ...{ attempt: 0, seq: 0, unknownOutcomes: 0, provider: null },
};
const member: OrderedMessage["member"] = {
  ...{ timeZone: "Asia/Seoul", quietStart: null, quietEnd: null, sendDay: null, preferredChannel: null },
  ...{ hasEmail: true, hasPhone: true, hasPushToken: false, suppressed: [] },
};

function openIn(state: DeliveryState, changes: Partial<OrderedMessage> = {}): string {
  const message: OrderedMessage = {
    ...{ row: { ...fields, ...state }, seenMessageGeneration: null, billHolds: true, released: true },
    ...{ member, policy: DEFAULT_POLICY },
    ...changes,
  };
  const open = orderChances(message, noon).filter(({ why }) => why === null);
  return open.map(({ kind }) => kind).join(" ");
}

function stateIn(state: NotificationRow["state"]): DeliveryState {
  if (state === "SCHEDULED") return { state, dueAtMs: noon + 86_400_000, reason: "send-day" };
  if (state === "UNKNOWN") return { state, dueAtMs: noon };
  if (state === "SENDING") return { state, leaseUntilMs: noon };
  return state === "DEAD" ? { state, cause: "unknown-outcome" } : { state };
}

test("what may be ordered in each state, also of an e-mail that may have arrived", () => {
  const open = Object.fromEntries(NOTIFICATION_STATES.map((state) => [state, openIn(stateIn(state))]));
  assert.deepEqual(open, {
    SCHEDULED: "force reserve hold cancel",
    QUEUED: "hold cancel",
    SENDING: "cancel",
    UNKNOWN: "cancel",
    SENT: "resend",
    DELIVERED: "resend",
    DEAD: "redrive convert",
    CANCELLED: "",
    SUPERSEDED: "",
  });
});

test("what is held is let go first; before the release one may reserve, hold and cancel", () => {
  const held: DeliveryState = { state: "SCHEDULED", dueAtMs: HELD_UNTIL_MS, reason: "held" };
  assert.equal(openIn(held), "let-go cancel");
  assert.equal(openIn(stateIn("SCHEDULED"), { released: false }), "reserve hold cancel");
});

test("a dead message without a phone is not offered for SMS; one whose bill no longer holds for nothing", () => {
  assert.equal(openIn(stateIn("DEAD"), { member: { ...member, hasPhone: false } }), "redrive");
  assert.equal(openIn(stateIn("DEAD"), { billHolds: false }), "");
});

test("why not is the machine's own word", () => {
  const row: NotificationRow = { ...fields, ...stateIn("QUEUED") };
  const message = { row, seenMessageGeneration: null, billHolds: true, released: true, member };
  const chances = orderChances({ ...message, policy: DEFAULT_POLICY }, noon);
  assert.deepEqual(
    chances.map(({ kind }) => kind),
    ORDER_KINDS,
  );
  assert.deepEqual(chances[0], { kind: "force", why: "wrong-state" });
  assert.deepEqual(chances[6], { kind: "let-go", why: "not-held" });
});
