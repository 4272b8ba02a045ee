import assert from "node:assert/strict";
import test from "node:test";
import { idempotencyKey, parseIdempotencyKey } from "./idempotency-key.ts";
import type { OutcomeEvent, ReceiptEvent, ReceiptKind } from "./notification-event.ts";
import {
  NOTIFICATION_STATES,
  type DeliveryState,
  type Message,
  type NotificationRow,
} from "./notification-row.ts";
import { DEFAULT_LADDERS } from "./retry-ladder.ts";
import { transition } from "./state.ts";
import type { DeliveryRules } from "./transition.ts";

const noon = Date.parse("2026-11-02T12:00:00+09:00");
const rules: DeliveryRules = {
  ladders: DEFAULT_LADDERS,
  maxUnknownOutcomes: 2,
  quiet: { zone: "Asia/Seoul", windows: [] },
};
const fresh: Message = {
  ...{ billId: 2026100000000001, generation: 1, messageGeneration: 2, channel: "email" as const },
  ...{ fallbacks: ["sms" as const], attempt: 1, seq: 3, unknownOutcomes: 0, provider: "a" },
};

function stateOf(state: NotificationRow["state"]): DeliveryState {
  switch (state) {
    case "SCHEDULED":
      return { state, dueAtMs: noon, reason: "retry" };
    case "UNKNOWN":
      return { state, dueAtMs: noon };
    case "SENDING":
      return { state, leaseUntilMs: noon };
    case "DEAD":
      return { state, cause: "exhausted" };
    default:
      return { state };
  }
}

function row(state: DeliveryState, changes: Partial<Message> = {}): NotificationRow {
  return { ...fresh, ...changes, ...state };
}

function told(what: ReceiptKind, changes: Partial<ReceiptEvent> = {}): ReceiptEvent {
  const event = { kind: "receipt", what, messageGeneration: 2, channel: "email", nowMs: noon } as const;
  return { ...event, billHolds: true, ...changes };
}

/** The state that follows, or why none does. */
function follow(from: NotificationRow, event: ReceiptEvent): string {
  const result = transition(from, event, rules);
  return result.kind === "moved" ? result.row.state : result.why;
}

const sent = row({ state: "SENT" });
const unknownDead = row({ state: "DEAD", cause: "unknown-outcome" }, { unknownOutcomes: 3 });

test("what each receipt makes of each state", () => {
  const table = Object.fromEntries(
    NOTIFICATION_STATES.map((state) => [
      state,
      (["delivered", "complaint", "hard-bounce", "soft-bounce"] as const).map((what) =>
        follow(row(stateOf(state)), told(what)),
      ),
    ]),
  );
  const arrives = ["DELIVERED", "DELIVERED", "SCHEDULED", "recorded-only"];
  const ended = ["wrong-state", "wrong-state", "wrong-state", "recorded-only"];
  assert.deepEqual(table, {
    ...{ SCHEDULED: arrives, QUEUED: arrives, SENDING: arrives, UNKNOWN: arrives, SENT: arrives },
    DELIVERED: ["already-sent", "already-sent", "SCHEDULED", "recorded-only"],
    ...{ DEAD: ended, CANCELLED: ended, SUPERSEDED: ended },
  });
});

test("a hard bounce leads to the next channel with attempts from 0, and is remembered", () => {
  const result = transition(sent, told("hard-bounce"), rules);
  assert.deepEqual(result, {
    kind: "moved",
    row: row(
      { state: "SCHEDULED", dueAtMs: noon, reason: "fallback" },
      { channel: "sms", fallbacks: [], attempt: 0, provider: null, bounced: ["email"] },
    ),
  });
});

test("without a further channel it is DEAD as bounced; of a bill that no longer holds it is SUPERSEDED", () => {
  const last = row({ state: "SENT" }, { fallbacks: [] });
  const dead = transition(last, told("hard-bounce"), rules);
  assert.deepEqual(dead, {
    kind: "moved",
    row: row({ state: "DEAD", cause: "bounced" }, { fallbacks: [], bounced: ["email"] }),
  });
  assert.equal(follow(sent, told("hard-bounce", { billHolds: false })), "SUPERSEDED");
  assert.equal(follow(sent, told("delivered", { billHolds: false })), "DELIVERED");
});

test("after a bounce nothing that its channel says counts, neither a late success nor a delivery", () => {
  const texting = row(
    { state: "SENDING", leaseUntilMs: noon },
    { channel: "sms", fallbacks: [], bounced: ["email"] },
  );
  for (const what of ["delivered", "complaint", "hard-bounce", "soft-bounce"] as const) {
    assert.equal(follow(texting, told(what)), "bounced");
  }
  const success: OutcomeEvent = {
    ...{ kind: "outcome", seq: 1, messageGeneration: 2, channel: "email", provider: "a", nowMs: noon },
    ...{ outcome: { kind: "accepted" }, mayFallBack: true },
  };
  assert.deepEqual(transition(texting, success, rules), { kind: "refused", why: "bounced" });
  assert.equal(follow(texting, told("delivered", { channel: "sms" })), "DELIVERED");
});

test("a receipt of another message generation moves nothing", () => {
  for (const messageGeneration of [1, 3]) {
    for (const what of ["delivered", "hard-bounce"] as const) {
      assert.equal(follow(sent, told(what, { messageGeneration })), "stale-message");
    }
  }
});

test("what was given up only because nobody knew is settled by a receipt", () => {
  assert.equal(follow(unknownDead, told("delivered")), "DELIVERED");
  assert.equal(follow(unknownDead, told("hard-bounce")), "SCHEDULED");
  const last = { ...unknownDead, fallbacks: [] };
  const dead = transition(last, told("hard-bounce"), rules);
  assert.ok(dead.kind === "moved" && dead.row.state === "DEAD" && dead.row.cause === "bounced");
});

test("a receipt of a channel that the message has left, or not reached", () => {
  const texted = row({ state: "SENT" }, { channel: "sms", fallbacks: ["push"] });
  assert.equal(follow(texted, told("delivered")), "other-channel");
  assert.equal(follow(texted, told("hard-bounce")), "other-channel");
  const texting = row({ state: "QUEUED" }, { channel: "sms", fallbacks: ["push"] });
  assert.equal(follow(texting, told("hard-bounce", { channel: "push" })), "other-channel");
  const noted = transition(texting, told("hard-bounce"), rules);
  assert.deepEqual(noted, { kind: "moved", row: { ...texting, bounced: ["email"] } });
});

test("a delivery at a channel that was left names no provider: the row's is the next channel's", () => {
  const texting = row({ state: "SENDING", leaseUntilMs: noon }, { channel: "sms", fallbacks: [] });
  const delivered = (channel: "email" | "sms"): NotificationRow => {
    const result = transition(texting, told("delivered", { channel }), rules);
    assert.ok(result.kind === "moved" && result.row.state === "DELIVERED");
    return result.row;
  };
  assert.equal(delivered("sms").provider, "a");
  assert.deepEqual([delivered("email").channel, delivered("email").provider], ["email", null]);
});

test("a new message generation forgets the bounces of the former", () => {
  const dead = row({ state: "DEAD", cause: "bounced" }, { bounced: ["email"] });
  const again = transition(dead, { kind: "redrive", nowMs: noon, channels: ["sms"] }, rules);
  assert.ok(again.kind === "moved" && again.row.state === "SCHEDULED" && !("bounced" in again.row));
  assert.equal(again.row.provider, null);
});

test("a key is read back as it was written, and nothing else is taken for one", () => {
  const identity = {
    billId: 2026100000000001,
    generation: 12,
    channel: "sms",
    messageGeneration: 3,
  } as const;
  assert.deepEqual(parseIdempotencyKey(idempotencyKey(identity)), identity);
  for (const text of [
    ...["", "2026100000000001.g1:email", "2026100000000001.g1:fax:m1", "2026100000000001.g0:email:m1"],
    ...["2026100000000001.g1:email:m99999", "2026100000000001.g1:email:m1 ", "26.g1:email:m1"],
    ...["9999999999999999.g1:email:m1", "2026100000000001.g1:__proto__:m1"],
  ]) {
    assert.equal(parseIdempotencyKey(text), null, text);
  }
});
