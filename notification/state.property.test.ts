import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CHANNELS, type Channel } from "./channel.ts";
import { isHeld } from "./hold.ts";
import { holidaysOf } from "./holidays.ts";
import { firstMessage } from "./new-message.ts";
import type { NotificationEvent, ReceiptKind, SendOutcome } from "./notification-event.ts";
import { hasBounced, keyOf, NOTIFICATION_STATES, type NotificationRow } from "./notification-row.ts";
import { isQuiet } from "./quiet-hours.ts";
import { DEFAULT_LADDERS, maxAttempts } from "./retry-ladder.ts";
import { transition } from "./state.ts";
import type { DeliveryRules } from "./transition.ts";

const START = Date.parse("2026-11-02T12:00:00+09:00");
const RULES: DeliveryRules = {
  ladders: DEFAULT_LADDERS,
  maxUnknownOutcomes: 3,
  quiet: {
    zone: "Asia/Seoul",
    windows: [{ startMinute: 22 * 60, endMinute: 8 * 60 }],
    holidays: holidaysOf(["2026-11-03", "2026-11-05", "2026-11-06"]),
  },
};

/** What may happen next, with `seq` and message generation given as distances from the row's: mostly right, at times stale. */
interface Step {
  readonly passedMs: number;
  readonly behind: number;
  readonly event: (row: NotificationRow, nowMs: number, behind: number) => NotificationEvent;
}

const outcome: fc.Arbitrary<SendOutcome> = fc.oneof(
  fc.constantFrom<SendOutcome>({ kind: "accepted" }, { kind: "permanent" }, { kind: "unknown" }),
  fc.constant<SendOutcome>({ kind: "transient" }),
  fc
    .integer({ min: 0, max: 3_600_000 })
    .map((retryAfterMs) => ({ kind: "throttled" as const, retryAfterMs })),
);

const channels = fc.shuffledSubarray<Channel>([...CHANNELS]);

const event: fc.Arbitrary<Step["event"]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step["event"]>((_, nowMs) => ({ kind: "due", nowMs })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("first", "correction", "wait", "told-already", "uncertain")
      .map((found): Step["event"] => (_, nowMs) => ({ kind: "follow-up", nowMs, found })),
  },
  {
    weight: 6,
    arbitrary: fc.constant<Step["event"]>((row, nowMs, behind) => ({
      kind: "claim",
      seq: row.seq - behind,
      provider: { chosen: nowMs % 2 === 0 ? "a" : "b", first: "a" },
      nowMs,
      leaseUntilMs: nowMs + 60_000,
    })),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(outcome, fc.boolean())
      .map(([result, mayFallBack]): Step["event"] => (row, nowMs, behind) => ({
        kind: "outcome",
        seq: row.seq - behind,
        messageGeneration: row.messageGeneration - (behind > 1 ? 1 : 0),
        channel: row.channel,
        provider: row.provider ?? "a",
        nowMs,
        outcome: result,
        mayFallBack,
      })),
  },
  fc.constantFrom<Step["event"]>(
    (_, nowMs) => ({ kind: "lease-expired", machineNowMs: nowMs, nowMs }),
    (row, nowMs, behind) => ({ kind: "unreachable", seq: row.seq - behind, nowMs, why: "missing" }),
    (row, nowMs, behind) => ({
      ...{ kind: "held-back", seq: row.seq - behind, nowMs, waitMs: 1_000, reason: "throttled" },
    }),
    (row, nowMs, behind) => ({ kind: "quiet-now", seq: row.seq - behind, nowMs }),
    (_, nowMs) => ({ kind: "reschedule", dueAtMs: nowMs, reason: "reserved" }),
    (_, nowMs) => ({ kind: "recall", nowMs }),
    () => ({ kind: "hold" }),
    (_, nowMs) => ({ kind: "let-go", due: { dueAtMs: nowMs, reason: "released" } }),
    () => ({ kind: "cancel" }),
    () => ({ kind: "superseded" }),
  ),
  fc
    .record({
      what: fc.constantFrom<ReceiptKind>("delivered", "hard-bounce", "soft-bounce", "complaint"),
      ofRow: fc.boolean(),
      channel: fc.constantFrom<Channel>(...CHANNELS),
      billHolds: fc.boolean(),
    })
    .map(({ what, ofRow, channel, billHolds }): Step["event"] => (row, nowMs, behind) => ({
      ...{ kind: "receipt", what, nowMs, billHolds },
      messageGeneration: row.messageGeneration - (behind > 1 ? 1 : 0),
      channel: ofRow ? row.channel : channel,
    })),
  channels.map((planned): Step["event"] => (_, nowMs) => ({ kind: "redrive", nowMs, channels: planned })),
  channels.map((planned): Step["event"] => (_, nowMs) => ({
    kind: "resend",
    nowMs,
    channels: planned,
    why: "lost",
  })),
);

const steps = fc.array(
  fc.record<Step>({
    passedMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 7_200_000 })),
    behind: fc.constantFrom(0, 0, 0, 0, 1, 2),
    event,
  }),
  { maxLength: 80, size: "max" },
);

/** Runs the steps, calling `check` for every move made. */
function run(
  plan: readonly Channel[],
  sequence: readonly Step[],
  check: (before: NotificationRow, after: NotificationRow, cause: NotificationEvent, nowMs: number) => void,
): NotificationRow {
  let nowMs = START;
  let row = firstMessage({ billId: 2026100000000001, generation: 1 }, plan, {
    dueAtMs: START,
    reason: "released",
  });
  for (const step of sequence) {
    nowMs += step.passedMs;
    const cause = step.event(row, nowMs, step.behind);
    const result = transition(row, cause, RULES);
    if (result.kind === "refused") continue;
    check(row, result.row, cause, nowMs);
    row = result.row;
  }
  return row;
}

test("seq and message generation never fall; attempts and unknown outcomes stay bounded", () => {
  fc.assert(
    fc.property(channels, steps, (plan, sequence) => {
      run(plan, sequence, (before, after) => {
        assert.ok(after.seq >= before.seq && after.messageGeneration >= before.messageGeneration);
        assert.ok(after.attempt >= 0 && after.attempt <= maxAttempts(RULES.ladders[after.channel]));
        // A bounce that settles what was given up as unknown leads on, and the next channel may be unknown once more.
        const bounces = (after.bounced ?? []).length;
        assert.ok(after.unknownOutcomes <= RULES.maxUnknownOutcomes + 1 + bounces);
        assert.ok(NOTIFICATION_STATES.includes(after.state));
      });
    }),
    { numRuns: 2_000 },
  );
});

const isReceipt = (cause: NotificationEvent, ...kinds: ReceiptKind[]): boolean =>
  cause.kind === "receipt" && kinds.includes(cause.what);

test("a message generation arrives once a channel that does not bounce, and its end is left only by an order, a supersession or a receipt", () => {
  fc.assert(
    fc.property(channels, steps, (plan, sequence) => {
      const arrivals = new Set<string>();
      run(plan, sequence, (before, after, cause) => {
        const arrived = (row: NotificationRow): boolean => row.state === "SENT" || row.state === "DELIVERED";
        if (arrived(after) && !arrived(before)) {
          const arrival = `${after.messageGeneration} ${(after.bounced ?? []).length}`;
          assert.equal(arrivals.has(arrival), false);
          arrivals.add(arrival);
        }
        if (arrived(after)) assert.equal(hasBounced(after, after.channel), false);
        if (arrived(before) && !arrived(after)) {
          assert.ok(cause.kind === "resend" || isReceipt(cause, "hard-bounce"));
        }
        if (before.state === "DEAD") {
          const settled = before.cause === "unknown-outcome" && cause.kind === "receipt";
          assert.ok(cause.kind === "redrive" || cause.kind === "superseded" || settled);
        }
        assert.ok(before.state !== "CANCELLED" && before.state !== "SUPERSEDED");
      });
    }),
    { numRuns: 2_000 },
  );
});

test("a channel is left for another only when it failed for good or could not be reached", () => {
  fc.assert(
    fc.property(channels, steps, (plan, sequence) => {
      run(plan, sequence, (before, after, cause) => {
        if (before.channel === after.channel || before.messageGeneration !== after.messageGeneration) return;
        if (after.state === "SENT" || after.state === "DELIVERED") return;
        assert.ok(after.state === "SCHEDULED" && (after.reason === "fallback" || isHeld(before)));
        if (cause.kind === "unreachable" || isReceipt(cause, "hard-bounce")) return;
        assert.ok(cause.kind === "outcome" && cause.mayFallBack && cause.seq === before.seq);
        const usedUp =
          before.attempt === maxAttempts(RULES.ladders[before.channel]) && before.unknownOutcomes === 0;
        assert.ok(cause.outcome.kind === "permanent" || (cause.outcome.kind === "transient" && usedUp));
      });
    }),
    { numRuns: 2_000 },
  );
});

test("nothing is claimed in quiet hours and nothing is ever due in them; the key outlives every retry", () => {
  fc.assert(
    fc.property(channels, steps, (plan, sequence) => {
      run(plan, sequence, (before, after, cause, nowMs) => {
        if (cause.kind === "claim" && after.state === "SENDING")
          assert.equal(isQuiet(nowMs, RULES.quiet), false);
        if ((after.state === "SCHEDULED" && !isHeld(after)) || after.state === "UNKNOWN") {
          assert.equal(isQuiet(after.dueAtMs, RULES.quiet), false);
        }
        const sameMessage =
          before.messageGeneration === after.messageGeneration && before.channel === after.channel;
        assert.equal(keyOf(before) === keyOf(after), sameMessage);
      });
    }),
    { numRuns: 2_000 },
  );
});

test("a message of unknown outcome is never claimed for another provider while it is on that channel", () => {
  fc.assert(
    fc.property(channels, steps, (plan, sequence) => {
      let bound: { readonly key: string; readonly provider: string | null } | null = null;
      run(plan, sequence, (before, after) => {
        const key = keyOf(after);
        if (bound?.key !== key) bound = null;
        if (after.state === "SENDING" && bound !== null) assert.equal(after.provider, bound.provider);
        if (after.state === "UNKNOWN") {
          assert.equal(after.provider, before.provider);
          bound ??= { key, provider: after.provider };
        }
        if (after.state === "SENDING" || after.state === "SENT") assert.notEqual(after.provider, null);
      });
    }),
    { numRuns: 2_000 },
  );
});

test("what a person holds is left alone until it is let go, cancelled, superseded, or turns out to have arrived", () => {
  fc.assert(
    fc.property(channels, steps, (plan, sequence) => {
      run(plan, sequence, (before, after, cause) => {
        if (cause.kind === "hold") assert.ok(isHeld(after) && !isHeld(before));
        if (!isHeld(before)) return;
        if (isHeld(after)) assert.ok(isReceipt(cause, "hard-bounce"));
        else if (cause.kind === "let-go") assert.equal(after.state, "SCHEDULED");
        else if (after.state === "SENT") assert.equal(cause.kind, "outcome");
        else if (after.state === "DELIVERED" || after.state === "DEAD") assert.ok(cause.kind === "receipt");
        // A bounce of a bill that does not hold any more ends as superseded.
        else
          assert.ok(
            cause.kind === "cancel" || cause.kind === "superseded" || isReceipt(cause, "hard-bounce"),
          );
        assert.equal(after.seq, before.seq);
      });
    }),
    { numRuns: 2_000 },
  );
});
