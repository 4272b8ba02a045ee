import assert from "node:assert/strict";
import test from "node:test";
import { firstMessage } from "./new-message.ts";
import type {
  NotificationEvent,
  OutcomeEvent,
  ReceiptEvent,
  ReceiptKind,
  SendOutcome,
} from "./notification-event.ts";
import { messageOf, type DeliveryState, type Message, type NotificationRow } from "./notification-row.ts";
import { DEFAULT_LADDERS } from "./retry-ladder.ts";
import { transition } from "./state.ts";
import type { DeliveryRules, Refusal } from "./transition.ts";

const NOON = Date.parse("2026-11-02T12:00:00+09:00");
const LATE = Date.parse("2026-11-02T22:30:00+09:00");
const MORNING = Date.parse("2026-11-03T08:00:00+09:00");

const RULES: DeliveryRules = {
  ladders: DEFAULT_LADDERS,
  maxUnknownOutcomes: 2,
  quiet: { zone: "Asia/Seoul", windows: [{ startMinute: 22 * 60, endMinute: 8 * 60 }] },
};

const FRESH: Message = {
  billId: 2026100000000001,
  generation: 1,
  messageGeneration: 1,
  channel: "email",
  fallbacks: ["sms"],
  attempt: 0,
  seq: 1,
  unknownOutcomes: 0,
  provider: null,
};
const SENDING: DeliveryState = { state: "SENDING", leaseUntilMs: NOON + 60_000 };

function row(state: DeliveryState, changes: Partial<Message> = {}): NotificationRow {
  return { ...FRESH, ...changes, ...state };
}

function ended(outcome: SendOutcome, changes: Partial<OutcomeEvent> = {}): OutcomeEvent {
  const claimed = { seq: 1, messageGeneration: 1, channel: "email", provider: "a" } as const;
  return { kind: "outcome", ...claimed, nowMs: NOON, outcome, mayFallBack: true, ...changes };
}

function move(from: NotificationRow, event: NotificationEvent): NotificationRow {
  const result = transition(from, event, RULES);
  assert.ok(result.kind === "moved", JSON.stringify(result));
  return result.row;
}

function receiptOf(what: ReceiptKind, changes: Partial<ReceiptEvent> = {}): ReceiptEvent {
  const told = { kind: "receipt", what, messageGeneration: 1, channel: "email", nowMs: NOON } as const;
  return { ...told, billHolds: true, ...changes };
}

function assertRefused(from: NotificationRow, event: NotificationEvent, why: Refusal): void {
  assert.deepEqual(transition(from, event, RULES), { kind: "refused", why });
}

const scheduled = row({ state: "SCHEDULED", dueAtMs: NOON, reason: "released" }, { seq: 0 });
const sending = row(SENDING, { attempt: 1, provider: "a" });
const provider = { chosen: "a", first: "b" };

test("due: queued under the next seq, and not a millisecond early", () => {
  assert.deepEqual(move(scheduled, { kind: "due", nowMs: NOON }), row({ state: "QUEUED" }));
  assertRefused(scheduled, { kind: "due", nowMs: NOON - 1 }, "not-due");
  assertRefused(sending, { kind: "due", nowMs: NOON }, "wrong-state");
});

test("claim: the same seq gets the lease, once", () => {
  const claim = { kind: "claim", seq: 1, provider, nowMs: NOON, leaseUntilMs: NOON + 60_000 } as const;
  const claimed = move(row({ state: "QUEUED" }), claim);
  assert.deepEqual(claimed, sending);
  assertRefused(claimed, claim, "wrong-state");
  assertRefused(row({ state: "QUEUED" }, { seq: 2 }), claim, "stale-seq");
});

test("claim in quiet hours: back until the window opens, no attempt spent", () => {
  const claim = { kind: "claim", seq: 1, provider, nowMs: LATE, leaseUntilMs: NOON + 60_000 } as const;
  const held = row({ state: "SCHEDULED", dueAtMs: MORNING, reason: "quiet-hours" });
  assert.deepEqual(move(row({ state: "QUEUED" }), claim), held);
  assert.deepEqual(move(sending, { kind: "quiet-now", seq: 1, nowMs: LATE }), held);
});

test("accepted: SENT", () => {
  assert.deepEqual(
    move(sending, ended({ kind: "accepted" })),
    row({ state: "SENT" }, { attempt: 1, provider: "a" }),
  );
});

test("throttled: at the provider's time, attempt given back", () => {
  const next = move(sending, ended({ kind: "throttled", retryAfterMs: 7_000 }));
  assert.deepEqual(next, row({ state: "SCHEDULED", dueAtMs: NOON + 7_000, reason: "throttled" }));
});

test("transient: on the ladder, attempt spent; in quiet hours after them", () => {
  const next = move(sending, ended({ kind: "transient" }));
  assert.ok(next.state === "SCHEDULED" && next.reason === "retry" && next.attempt === 1);
  assert.ok(next.dueAtMs >= NOON + 8_000 && next.dueAtMs <= NOON + 12_000);
  const late = move(sending, ended({ kind: "transient" }, { nowMs: LATE }));
  assert.ok(late.state === "SCHEDULED" && late.dueAtMs === MORNING);
});

test("fifth transient failure or a permanent one: next channel, attempts from 0", () => {
  const onSms = row(
    { state: "SCHEDULED", dueAtMs: NOON, reason: "fallback" },
    { channel: "sms", fallbacks: [] },
  );
  assert.deepEqual(move(row(SENDING, { attempt: 5 }), ended({ kind: "transient" })), onSms);
  assert.deepEqual(move(sending, ended({ kind: "permanent" })), onSms);
  const atNight = move(sending, ended({ kind: "permanent" }, { nowMs: LATE }));
  assert.ok(
    atNight.state === "SCHEDULED" && atNight.dueAtMs === MORNING,
    "a fallback must not text at night",
  );
});

test("without a further channel: DEAD, with the cause", () => {
  const last = { channel: "sms", fallbacks: [] } as const;
  const sms = ended({ kind: "permanent" }, { channel: "sms" });
  assert.deepEqual(
    move(row(SENDING, { ...last, attempt: 1 }), sms),
    row({ state: "DEAD", cause: "permanent" }, { ...last, attempt: 1 }),
  );
  const exhausted = move(row(SENDING, { ...last, attempt: 4 }), { ...sms, outcome: { kind: "transient" } });
  assert.ok(exhausted.state === "DEAD" && exhausted.cause === "exhausted");
});

test("while the breaker is not closed nothing falls back: an outage must not text everyone", () => {
  for (const outcome of [{ kind: "permanent" }, { kind: "transient" }] as const) {
    const next = move(row(SENDING, { attempt: 5 }), ended(outcome, { mayFallBack: false }));
    assert.ok(next.state === "SCHEDULED" && next.reason === "breaker");
    assert.deepEqual([next.channel, next.attempt], ["email", 4]);
  }
});

test("lease ran out: UNKNOWN and counted; sent again under the same key; bounded", () => {
  const expired = { kind: "lease-expired", machineNowMs: NOON + 60_000, nowMs: NOON } as const;
  assertRefused(sending, { ...expired, machineNowMs: NOON + 59_999 }, "lease-holds");
  const unknown = move(sending, expired);
  assert.deepEqual(unknown, row({ state: "UNKNOWN", dueAtMs: NOON }, { unknownOutcomes: 1, provider: "a" }));
  const queued = move(unknown, { kind: "due", nowMs: NOON });
  assert.deepEqual([queued.state, queued.seq, queued.messageGeneration], ["QUEUED", 2, 1]);
  const third = move(row(SENDING, { attempt: 1, unknownOutcomes: 2 }), expired);
  assert.ok(third.state === "DEAD" && third.cause === "unknown-outcome");
});

test("an unknown outcome reported by the sender waits for its rung", () => {
  const next = move(sending, ended({ kind: "unknown" }));
  assert.ok(next.state === "UNKNOWN" && next.unknownOutcomes === 1 && next.attempt === 0);
  assert.ok(next.dueAtMs >= NOON + 8_000 && next.dueAtMs <= NOON + 12_000);
});

test("after an unknown outcome, used-up attempts end in DEAD, not in a second message by SMS", () => {
  const next = move(row(SENDING, { attempt: 5, unknownOutcomes: 1 }), ended({ kind: "transient" }));
  assert.ok(next.state === "DEAD" && next.cause === "unknown-outcome");
  const refusedForGood = move(row(SENDING, { attempt: 2, unknownOutcomes: 1 }), ended({ kind: "permanent" }));
  assert.equal(refusedForGood.channel, "sms");
});

test("a late success wins over everything under way; a late failure changes nothing", () => {
  const underWay: DeliveryState[] = [
    { state: "SCHEDULED", dueAtMs: NOON, reason: "retry" },
    { state: "QUEUED" },
    SENDING,
    { state: "UNKNOWN", dueAtMs: NOON },
  ];
  for (const state of underWay) {
    const later = row(state, { seq: 4, channel: "sms", fallbacks: [] });
    const sent = move(later, ended({ kind: "accepted" }));
    assert.deepEqual([sent.state, sent.channel], ["SENT", "email"]);
    assertRefused(later, ended({ kind: "permanent" }), "stale-seq");
    assertRefused({ ...later, messageGeneration: 2 }, ended({ kind: "accepted" }), "stale-message");
  }
  assertRefused(row({ state: "SENT" }), ended({ kind: "accepted" }), "already-sent");
  assertRefused(row({ state: "CANCELLED" }), ended({ kind: "accepted" }), "wrong-state");
});

test("no usable contact at claim: next channel, or DEAD", () => {
  const gone = { kind: "unreachable", seq: 1, nowMs: NOON, why: "suppressed" } as const;
  assert.equal(move(row({ state: "QUEUED" }), gone).channel, "sms");
  const last = move(row({ state: "QUEUED" }, { channel: "sms", fallbacks: [] }), gone);
  assert.ok(last.state === "DEAD" && last.cause === "no-contact");
});

test("redrive: a new message, channels planned afresh, claim checks of the old one stale", () => {
  const dead = row(
    { state: "DEAD", cause: "exhausted" },
    { seq: 9, attempt: 4, unknownOutcomes: 1, fallbacks: [] },
  );
  const redriven = move(dead, { kind: "redrive", nowMs: NOON, channels: ["sms"] });
  assert.deepEqual(
    redriven,
    row(
      { state: "SCHEDULED", dueAtMs: NOON, reason: "redrive" },
      { messageGeneration: 2, channel: "sms", fallbacks: [], seq: 9 },
    ),
  );
  assertRefused(dead, { kind: "redrive", nowMs: NOON, channels: [] }, "no-channel");
  assertRefused(sending, { kind: "redrive", nowMs: NOON, channels: ["sms"] }, "wrong-state");
});

test("resend: only what arrived, and only with a reason", () => {
  const resend = { kind: "resend", nowMs: LATE, channels: ["email"], why: "member lost it" } as const;
  const again = move(row({ state: "SENT" }), resend);
  assert.ok(again.state === "SCHEDULED" && again.messageGeneration === 2 && again.dueAtMs === MORNING);
  assertRefused(row({ state: "SENT" }), { ...resend, why: "  " }, "no-reason");
  assertRefused(scheduled, resend, "wrong-state");
});

test("receipt: DELIVERED, even before the result is written", () => {
  const receipt = receiptOf("delivered");
  assert.equal(move(row({ state: "SENT" }), receipt).state, "DELIVERED");
  assert.equal(move(sending, receipt).state, "DELIVERED");
  assertRefused(row({ state: "DELIVERED" }), ended({ kind: "accepted" }), "already-sent");
  assertRefused(row({ state: "SENT" }, { messageGeneration: 2 }), receipt, "stale-message");
});

test("cancel and supersede end what is under way; a dead message of an old bill cannot be redriven", () => {
  assert.equal(move(sending, { kind: "cancel" }).state, "CANCELLED");
  assert.equal(move(scheduled, { kind: "superseded" }).state, "SUPERSEDED");
  const dead = move(row({ state: "DEAD", cause: "permanent" }), { kind: "superseded" });
  assertRefused(dead, { kind: "redrive", nowMs: NOON, channels: ["sms"] }, "wrong-state");
  assertRefused(row({ state: "SENT" }), { kind: "cancel" }, "wrong-state");
});

test("reschedule: a reservation or forced send moves what is not queued yet, never into quiet hours", () => {
  const forced = move(scheduled, { kind: "reschedule", dueAtMs: LATE, reason: "reserved" });
  assert.ok(forced.state === "SCHEDULED" && forced.dueAtMs === MORNING && forced.reason === "reserved");
  assertRefused(
    row({ state: "QUEUED" }),
    { kind: "reschedule", dueAtMs: NOON, reason: "reserved" },
    "wrong-state",
  );
});

test("a moved row keeps no field of its former state", () => {
  const sent = move(sending, ended({ kind: "accepted" }));
  assert.deepEqual(Object.keys(sent).sort(), [...Object.keys(messageOf(sent)), "state"].sort());
});

test("the first row of a bill: scheduled on the plan, or dead when nobody can be reached", () => {
  const bill = { billId: 1, generation: 3 };
  const due = { dueAtMs: NOON, reason: "send-day" } as const;
  const planned = firstMessage(bill, ["sms", "push"], due);
  assert.deepEqual([planned.state, planned.channel, planned.fallbacks], ["SCHEDULED", "sms", ["push"]]);
  const unreachable = firstMessage(bill, [], due);
  assert.ok(unreachable.state === "DEAD" && unreachable.cause === "no-contact");
});

test("the provider stands on the row from the claim on; a known failure frees the message for another", () => {
  for (const outcome of [{ kind: "transient" }, { kind: "throttled", retryAfterMs: 1 }] as const) {
    assert.equal(move(sending, ended(outcome)).provider, null);
  }
  assert.equal(move(sending, ended({ kind: "permanent" }, { mayFallBack: false })).provider, null);
  assert.equal(move(sending, ended({ kind: "permanent" })).provider, null);
  assert.equal(move(sending, { kind: "quiet-now", seq: 1, nowMs: LATE }).provider, null);
});

test("after an unknown outcome it is sent at the same provider, whoever is chosen, until the channel is left", () => {
  const expired = { kind: "lease-expired", machineNowMs: NOON + 60_000, nowMs: NOON } as const;
  for (const unknown of [move(sending, expired), move(sending, ended({ kind: "unknown" }))]) {
    assert.ok(unknown.state === "UNKNOWN" && unknown.provider === "a");
    const queued = move(unknown, { kind: "due", nowMs: unknown.dueAtMs });
    const claim = { kind: "claim", seq: 2, nowMs: NOON, leaseUntilMs: NOON + 60_000 } as const;
    const again = move(queued, { ...claim, provider: { chosen: "b", first: "b" } });
    assert.equal(again.provider, "a");
    // A claim of before may still sleep, and be sent at "a" when "b" has accepted: a known failure is not enough.
    assert.equal(move(again, ended({ kind: "transient" }, { seq: 2 })).provider, "a");
    assert.equal(move(again, ended({ kind: "throttled", retryAfterMs: 1 }, { seq: 2 })).provider, "a");
    const held = { kind: "held-back", seq: 2, nowMs: NOON, waitMs: 1, reason: "throttled" } as const;
    assert.equal(move(again, held).provider, "a");
    assert.equal(move(again, ended({ kind: "permanent" }, { seq: 2 })).provider, null);
  }
});

test("an unknown outcome of before providers were recorded is sent at the first of them", () => {
  const queued = row({ state: "QUEUED" }, { unknownOutcomes: 1 });
  const claim = { kind: "claim", seq: 1, provider, nowMs: NOON, leaseUntilMs: NOON + 60_000 } as const;
  assert.equal(move(queued, claim).provider, "b");
});

test("held back: unsent, at its time, the attempt given back, and still waiting to leave its channel if it was", () => {
  const event = { kind: "held-back", seq: 1, nowMs: NOON, waitMs: 7_000 } as const;
  for (const reason of ["throttled", "breaker"] as const) {
    const held = move(sending, { ...event, reason });
    assert.deepEqual(held, row({ state: "SCHEDULED", dueAtMs: NOON + 7_000, reason }));
  }
  const late = move(sending, { ...event, nowMs: LATE, reason: "throttled" });
  assert.ok(late.state === "SCHEDULED" && late.dueAtMs === MORNING);
  assertRefused(sending, { ...event, seq: 2, reason: "throttled" }, "stale-seq");
  assertRefused(row({ state: "QUEUED" }), { ...event, reason: "throttled" }, "wrong-state");
});

test("a success names the provider that accepted, wherever the row is by then", () => {
  const later = row({ state: "QUEUED" }, { channel: "sms", fallbacks: [], provider: null });
  assert.equal(move(later, ended({ kind: "accepted" })).provider, "a");
});
