import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { followUp, type FormerMessage } from "./follow-up.ts";
import { transition } from "./state.ts";
import { DEFAULT_LADDERS } from "./retry-ladder.ts";
import type { NotificationRow } from "./notification-row.ts";

const former = fc
  .uniqueArray(
    fc.record<FormerMessage>({
      generation: fc.integer({ min: 1, max: 6 }),
      amountMinor: fc.constantFrom(100, 200, 300),
      fate: fc.constantFrom("told", "maybe", "untold", "under-way"),
    }),
    { maxLength: 5, selector: ({ generation }) => generation },
  )
  .chain((messages) => fc.shuffledSubarray(messages, { minLength: messages.length }));
const amount = fc.constantFrom(100, 200, 300);

/** Everything that the member can believe: each message that may have arrived either has or has not. Null = nothing. */
function beliefs(messages: readonly FormerMessage[]): ReadonlySet<number | null> {
  let possible = new Set<number | null>([null]);
  for (const { amountMinor, fate } of messages.toSorted((a, b) => a.generation - b.generation)) {
    if (fate === "told") possible = new Set([amountMinor]);
    if (fate === "maybe") possible = new Set([...possible, amountMinor]);
  }
  return possible;
}

test("nobody is left with a wrong amount, and where all is certain nothing is said twice", () => {
  fc.assert(
    fc.property(amount, former, (due, messages) => {
      const found = followUp(due, messages);
      if (messages.some(({ fate }) => fate === "under-way")) {
        assert.equal(found.kind, "wait");
        return;
      }
      const possible = beliefs(messages);
      const wrong = [...possible].some((believed) => believed !== null && believed !== due);
      assert.equal(found.kind === "correction", wrong);
      if (found.kind === "correction") {
        assert.ok(possible.has(found.told.amountMinor) && found.told.amountMinor !== due);
        assert.ok(messages.includes(found.told));
        return;
      }
      const expected = !possible.has(due) ? "first" : possible.has(null) ? "uncertain" : "told-already";
      assert.equal(found.kind, expected);
    }),
    { numRuns: 3_000 },
  );
});

const rules = { ladders: DEFAULT_LADDERS, maxUnknownOutcomes: 5, quiet: { zone: "UTC", windows: [] } };
const row: NotificationRow = {
  ...{ billId: 1, generation: 2, messageGeneration: 1, channel: "email", fallbacks: ["sms"] },
  ...{
    attempt: 0,
    seq: 0,
    unknownOutcomes: 0,
    provider: null,
    state: "SCHEDULED",
    dueAtMs: 1_000,
    reason: "send-day",
  },
};

function following(from: NotificationRow, found: ReturnType<typeof followUp>["kind"]): string {
  const result = transition(from, { kind: "follow-up", nowMs: 1_000, found }, rules);
  if (result.kind === "refused") return result.why;
  const { state } = result.row;
  return "dueAtMs" in result.row ? `${state} ${result.row.dueAtMs}` : state;
}

test("what is found moves the row once, before it is queued first", () => {
  assert.equal(following(row, "first"), "SCHEDULED 1000");
  assert.equal(following(row, "correction"), "SCHEDULED 1000");
  assert.equal(following(row, "wait"), "SCHEDULED 11000");
  assert.equal(following(row, "told-already"), "CANCELLED");
  assert.equal(following(row, "uncertain"), "DEAD");
  assert.equal(following({ ...row, seq: 1 }, "told-already"), "stale-seq");
  assert.equal(following({ ...row, dueAtMs: 1_001 }, "told-already"), "not-due");
  assert.equal(following({ ...row, state: "SENT" }, "told-already"), "wrong-state");
});
