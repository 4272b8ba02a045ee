import assert from "node:assert/strict";
import test from "node:test";
import {
  decideOrder,
  type DeliveryOrder,
  type MemberWishes,
  type OrderedMessage,
  type OrderDecision,
} from "./delivery-order.ts";
import {
  NOTIFICATION_STATES,
  type DeliveryState,
  type Message,
  type NotificationRow,
} from "./notification-row.ts";
import { DEFAULT_POLICY } from "./policy.ts";

const noon = Date.parse("2026-11-02T12:00:00+09:00");
const night = Date.parse("2026-11-02T23:00:00+09:00");
const morning = Date.parse("2026-11-03T08:00:00+09:00");
const dead: DeliveryState = { state: "DEAD", cause: "permanent" };
const scheduled: DeliveryState = { state: "SCHEDULED", dueAtMs: noon + 86_400_000, reason: "send-day" };
const fields: Message = {
  ...{ billId: 1, generation: 1, messageGeneration: 3, channel: "sms" as const, fallbacks: [] },
  ...{ attempt: 4, seq: 9, unknownOutcomes: 1, provider: "a" },
};

const member: MemberWishes = {
  ...{ timeZone: "Asia/Seoul", quietStart: null, quietEnd: null, sendDay: null, preferredChannel: null },
  ...{ hasEmail: true, hasPhone: true, hasPushToken: false, suppressed: [] },
};

function message(state: DeliveryState, changes: Partial<OrderedMessage> = {}): OrderedMessage {
  return {
    ...{ row: { ...fields, ...state }, seenMessageGeneration: null, billHolds: true, released: true },
    member,
    policy: DEFAULT_POLICY,
    ...changes,
  };
}

function stateIn(state: NotificationRow["state"]): DeliveryState {
  if (state === "SCHEDULED") return scheduled;
  if (state === "UNKNOWN") return { state, dueAtMs: noon };
  if (state === "SENDING") return { state, leaseUntilMs: noon };
  return state === "DEAD" ? dead : { state };
}

function row(decision: OrderDecision): NotificationRow {
  assert.ok(decision.kind === "moved", JSON.stringify(decision));
  return decision.row;
}

const orders: Readonly<Record<DeliveryOrder["kind"], DeliveryOrder>> = {
  redrive: { kind: "redrive", evenIfMaybeSent: false },
  convert: { kind: "convert", channel: "sms", evenIfMaybeSent: false },
  force: { kind: "force", evenInQuietHours: false, why: "" },
  reserve: { kind: "reserve", atMs: noon + 3_600_000, evenInQuietHours: false, why: "" },
  resend: { kind: "resend", why: "lost" },
  hold: { kind: "hold", why: "asked for" },
  "let-go": { kind: "let-go" },
  cancel: { kind: "cancel" },
};

test("each order moves the states that it is for, and no other", () => {
  const moves = Object.fromEntries(
    Object.entries(orders).map(([kind, order]) => {
      const taken = NOTIFICATION_STATES.filter(
        (state) => decideOrder(message(stateIn(state)), order, noon).kind === "moved",
      );
      return [kind, taken.join(" ")];
    }),
  );
  assert.deepEqual(moves, {
    redrive: "DEAD",
    convert: "DEAD",
    force: "SCHEDULED",
    reserve: "SCHEDULED",
    resend: "SENT DELIVERED",
    hold: "SCHEDULED QUEUED",
    // Only what is held; a test of its own.
    "let-go": "",
    cancel: "SCHEDULED QUEUED SENDING UNKNOWN",
  });
});

test("redrive: the channels of today, a new message generation, attempts and unknowns from 0, seq kept", () => {
  const next = row(
    decideOrder(message(dead, { member: { ...member, preferredChannel: "sms" } }), orders.redrive, noon),
  );
  assert.deepEqual(next, {
    ...fields,
    ...{ state: "SCHEDULED", dueAtMs: noon, reason: "redrive", messageGeneration: 4 },
    ...{ channel: "sms", fallbacks: ["email"], attempt: 0, unknownOutcomes: 0, provider: null },
  });
});

test("convert: only the channel asked for, and only with a contact there", () => {
  const next = row(decideOrder(message(dead), orders.convert, noon));
  assert.deepEqual([next.channel, next.fallbacks], ["sms", []]);
  const phoneless = { ...member, hasPhone: false };
  assert.deepEqual(decideOrder(message(dead, { member: phoneless }), orders.convert, noon), {
    kind: "refused",
    why: "no-channel",
  });
});

test("nothing but a cancel is done for a bill that no longer holds, and besides only a reservation or a hold before the release", () => {
  for (const [kind, order] of Object.entries(orders)) {
    for (const state of NOTIFICATION_STATES) {
      const superseded = decideOrder(message(stateIn(state), { billHolds: false }), order, noon);
      const held = decideOrder(message(stateIn(state), { released: false }), order, noon);
      if (kind === "cancel") continue;
      assert.deepEqual(superseded, { kind: "refused", why: "bill-superseded" });
      if (kind === "reserve" || kind === "hold" || kind === "let-go") continue;
      const why = state === "SUPERSEDED" ? "bill-superseded" : "not-released";
      assert.deepEqual(held, { kind: "refused", why });
    }
  }
});

test("a message that was redriven since it was looked at is left alone", () => {
  const seen = message(dead, { seenMessageGeneration: 2 });
  assert.deepEqual(decideOrder(seen, orders.redrive, noon), { kind: "refused", why: "stale-message" });
});

test("force: now, or when the quiet hours end; through them only with a reason", () => {
  const force = (atMs: number, evenInQuietHours: boolean, why: string): OrderDecision =>
    decideOrder(message(scheduled), { kind: "force", evenInQuietHours, why }, atMs);
  const due = (decision: OrderDecision): unknown[] => {
    const next = row(decision);
    return next.state === "SCHEDULED" ? [next.dueAtMs, next.reason, next.messageGeneration] : [next.state];
  };
  assert.deepEqual(due(force(noon, false, "")), [noon, "forced", 3]);
  assert.deepEqual(due(force(night, false, "")), [morning, "forced", 3]);
  const asleep = message(scheduled, { member: { ...member, quietStart: 11 * 60, quietEnd: 13 * 60 } });
  const atOne = noon + 3_600_000;
  assert.deepEqual(due(decideOrder(asleep, orders.force, noon)), [atOne, "forced", 3]);
  assert.deepEqual(due(force(night, true, "court")), [night, "forced-in-quiet-hours", 3]);
  assert.deepEqual(force(night, true, " "), { kind: "refused", why: "no-reason" });
  const onHoliday = message(scheduled, { policy: { ...DEFAULT_POLICY, holidays: ["2026-11-02"] } });
  assert.deepEqual(due(decideOrder(onHoliday, orders.force, noon)), [morning, "forced", 3]);
  const court = { kind: "force", evenInQuietHours: true, why: "court" } as const;
  assert.deepEqual(due(decideOrder(onHoliday, court, noon)), [noon, "forced-in-quiet-hours", 3]);
});

test("reserve: at the instant, or when it is quiet no more; released or not, and never in the past", () => {
  const reserve = (atMs: number, changes: Partial<OrderedMessage> = {}): unknown[] => {
    const order = { kind: "reserve", atMs, evenInQuietHours: false, why: "" } as const;
    const decision = decideOrder(message(scheduled, changes), order, noon);
    if (decision.kind === "refused") return [decision.why];
    const next = decision.row;
    return next.state === "SCHEDULED" ? [next.dueAtMs, next.reason, next.seq, next.messageGeneration] : [];
  };
  assert.deepEqual(reserve(noon + 1), [noon + 1, "reserved", 9, 3]);
  assert.deepEqual(reserve(noon + 1, { released: false }), [noon + 1, "reserved", 9, 3]);
  assert.deepEqual(reserve(night), [morning, "reserved", 9, 3]);
  const holiday = { policy: { ...DEFAULT_POLICY, holidays: ["2026-11-03"] } };
  assert.deepEqual(reserve(morning, holiday), [morning + 86_400_000, "reserved", 9, 3]);
  assert.deepEqual(reserve(noon), ["in-the-past"]);
  assert.deepEqual(reserve(noon + 366 * 86_400_000), [noon + 366 * 86_400_000, "reserved", 9, 3]);
  assert.deepEqual(reserve(noon + 366 * 86_400_000 + 1), ["too-far"]);
  const forced = (why: string): OrderDecision =>
    decideOrder(message(scheduled), { kind: "reserve", atMs: night, evenInQuietHours: true, why }, noon);
  const next = row(forced("court"));
  assert.ok(next.state === "SCHEDULED");
  assert.deepEqual([next.dueAtMs, next.reason], [night, "forced-in-quiet-hours"]);
  assert.deepEqual(forced(" "), { kind: "refused", why: "no-reason" });
});

test("what may have arrived is redriven only when that is said", () => {
  const unknown = message({ state: "DEAD", cause: "unknown-outcome" });
  for (const order of [orders.redrive, orders.convert]) {
    assert.deepEqual(decideOrder(unknown, order, noon), { kind: "refused", why: "maybe-sent" });
    const willing = { ...order, evenIfMaybeSent: true } as DeliveryOrder;
    assert.equal(row(decideOrder(unknown, willing, noon)).messageGeneration, 4);
  }
});

test("a hold lasts whatever else is ordered, and is let go to the member's day, never into quiet hours", () => {
  const fresh = { ...fields, messageGeneration: 1, attempt: 0, unknownOutcomes: 0, provider: null };
  const planned = message(scheduled, { row: { ...fresh, ...scheduled }, released: false });
  const held = row(decideOrder(planned, { kind: "hold", why: "asked for" }, noon));
  assert.deepEqual([held.state, "reason" in held && held.reason], ["SCHEDULED", "held"]);
  const holding = (changes: Partial<OrderedMessage> = {}): OrderedMessage =>
    message(scheduled, { row: held, ...changes });
  for (const order of [orders.force, orders.reserve, orders.hold]) {
    assert.deepEqual(decideOrder(holding(), order, noon), { kind: "refused", why: "held" }, order.kind);
  }
  assert.deepEqual(decideOrder(planned, orders["let-go"], noon), { kind: "refused", why: "not-held" });
  assert.deepEqual(decideOrder(planned, { kind: "hold", why: " " }, noon), {
    kind: "refused",
    why: "no-reason",
  });
  const letGo = (sendDay: number | null, nowMs: number): readonly unknown[] => {
    const left = row(decideOrder(holding({ member: { ...member, sendDay } }), orders["let-go"], nowMs));
    return left.state === "SCHEDULED" ? [left.dueAtMs, left.reason] : [left.state];
  };
  assert.deepEqual(letGo(null, noon), [noon, "released"]);
  assert.deepEqual(letGo(null, night), [morning, "quiet-hours"]);
  assert.deepEqual(letGo(15, noon), [Date.parse("2026-11-15T08:00:00+09:00"), "send-day"]);
  assert.equal(row(decideOrder(holding(), orders.cancel, noon)).state, "CANCELLED");
});
