import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { explore, type Exploration } from "./model/explore.ts";
import { ORDERED_PARTS, REAL_PARTS, RECEIPT_PARTS, VANISHING_PARTS, type ModelParts } from "./model/parts.ts";
import { isHeld } from "./hold.ts";
import type { NotificationRow } from "./notification-row.ts";
import { transition } from "./state.ts";
import type { Transition } from "./transition.ts";

/*
 * Everything that one dispatcher, two consumers, Kafka, three providers (two of e-mail) and the people who give orders can do to one
 * message, in any order, with a crash between any two steps. state.model.test.ts asks the state machine alone; here
 * stand the outbox, the offsets and the conditions of the SQL around it. Each law is asked of every world and step, and
 * each is seen to fail when the part that keeps it is broken.
 */

const countLaw = "no key is sent again after its acceptance but for an unknown outcome that is counted";
const endLaw = "from everywhere work alone comes to an end";
const oneAcceptLaw = "one provider of one channel at most accepts a message that does not bounce";
const acceptLaw = "SENT and DELIVERED only with an accept";
const deadLaw = "dead without an accept, unless it says that nobody knows";
const smsLaw = "an SMS only after e-mail was refused, bounced, tried to its end or impossible";
const boundsLaw = "attempts and unknown outcomes stay within the policy";
const offsetLaw = "no offset is committed of a claim check that nobody took";
const heldLaw = "what a person holds stays until it is let go, ends by order, or has arrived";
const leavingLaw = "an end is left by an order or a receipt only";

function holdsEverywhere(name: string, parts: ModelParts, states: number): void {
  test(name, (t) => {
    const found: Exploration = explore(parts);
    t.diagnostic(`${found.worlds} worlds, ${found.steps} steps, states: ${[...found.states].join(", ")}`);
    assert.deepEqual(found.violations, []);
    assert.ok(found.worlds > 20_000);
    assert.equal(found.states.size, states);
  });
}

void describe("every law holds in every world that can be reached", () => {
  holdsEverywhere("by itself, whatever crashes, is lost or repeated", REAL_PARTS, 8);
  holdsEverywhere("while a provider is removed that messages wait for", VANISHING_PARTS, 10);
  holdsEverywhere("while providers tell what became of it, in any order and twice", RECEIPT_PARTS, 10);
  holdsEverywhere(
    "while people hold, let go, cancel, redrive, resend, pause and supersede",
    ORDERED_PARTS,
    12,
  );
});

/** The real transition, with one kind of answer changed. */
function broken(change: (before: NotificationRow, after: NotificationRow) => Transition): typeof transition {
  return (row, event, rules) => {
    const result = transition(row, event, rules);
    return result.kind === "moved" ? change(row, result.row) : result;
  };
}

const moved = (row: NotificationRow): Transition => ({ kind: "moved", row });

interface Mutant {
  readonly name: string;
  readonly parts: Partial<ModelParts>;
  /** One of those that it breaks. */
  readonly breaks: string;
  /** What it is a change of [`REAL_PARTS`]. */
  readonly of?: ModelParts;
}

const mutants: readonly Mutant[] = [
  {
    name: "a claim that does not compare `seq`",
    parts: { mayClaim: (row, { channel }) => row.state !== "SENT" && row.channel === channel },
    breaks: countLaw,
  },
  {
    name: "a late success that writes back what it had counted",
    parts: {
      written: (row, result) =>
        REAL_PARTS.written(row, result) === null ? null : { ...result.copy, seq: row.seq },
    },
    breaks: countLaw,
  },
  {
    name: "a failure that is written although its claim is over",
    parts: {
      written: (row, { copy }) =>
        row.messageGeneration === copy.messageGeneration && row.state !== "DEAD"
          ? { ...copy, seq: row.seq }
          : null,
    },
    breaks: leavingLaw,
  },
  {
    name: "a lease that runs out without being counted",
    parts: {
      transition: broken((before, after) =>
        moved(after.state === "UNKNOWN" ? { ...after, unknownOutcomes: before.unknownOutcomes } : after),
      ),
    },
    breaks: countLaw,
  },
  {
    name: "another channel after an unknown outcome",
    parts: {
      transition: broken((before, after) =>
        moved(
          after.state === "DEAD" && after.cause === "unknown-outcome" && before.channel === "email"
            ? { ...after, state: "SCHEDULED", dueAtMs: 0, reason: "fallback", channel: "sms", fallbacks: [] }
            : after,
        ),
      ),
    },
    breaks: oneAcceptLaw,
  },
  {
    name: "a message of unknown outcome that is claimed for whoever is chosen",
    parts: {
      transition: (row, event, rules) =>
        transition(event.kind === "claim" ? { ...row, unknownOutcomes: 0 } : row, event, rules),
    },
    breaks: oneAcceptLaw,
  },
  {
    name: "a message of unknown outcome that any known failure frees",
    parts: { transition: broken((_, after) => moved(after.state === "SCHEDULED" ? freed(after) : after)) },
    breaks: oneAcceptLaw,
  },
  {
    name: "a provider that is recorded with the result and not with the claim",
    parts: {
      transition: broken((_, after) =>
        moved(after.state === "UNKNOWN" ? { ...after, provider: "b" } : after),
      ),
    },
    breaks: oneAcceptLaw,
  },
  {
    name: "a fallback before the ladder's end",
    parts: {
      transition: broken((_, after) =>
        moved(
          after.state === "SCHEDULED" && after.reason === "retry"
            ? { ...after, channel: "sms", fallbacks: [], attempt: 0 }
            : after,
        ),
      ),
    },
    breaks: smsLaw,
  },
  {
    name: "sending written as sent before the answer",
    parts: { transition: broken((_, after) => moved(after.state === "SENDING" ? asSent(after) : after)) },
    breaks: acceptLaw,
  },
  {
    name: "an unknown outcome that is called a failure for good",
    parts: {
      transition: broken((_, after) =>
        moved(after.state === "UNKNOWN" ? { ...after, state: "DEAD", cause: "exhausted" } : after),
      ),
    },
    breaks: deadLaw,
  },
  {
    name: "an attempt given back twice",
    parts: {
      transition: broken((_, after) =>
        moved(after.state === "UNKNOWN" ? { ...after, attempt: after.attempt - 1 } : after),
      ),
    },
    breaks: boundsLaw,
  },
  { name: "offsets committed before the claim", parts: { commitsFirst: true }, breaks: offsetLaw },
  { name: "no sweep after a crash", parts: { sweeps: false }, breaks: endLaw },
  {
    name: "a lease that never runs out",
    parts: {
      transition: (row, event, rules) =>
        event.kind === "lease-expired"
          ? { kind: "refused", why: "lease-holds" }
          : transition(row, event, rules),
    },
    breaks: endLaw,
  },
  {
    name: "a late result that wakes a cancelled message",
    parts: {
      written: (row, result) => {
        const claimed: NotificationRow = { ...row, state: "SENDING", leaseUntilMs: 0 };
        return REAL_PARTS.written(row.state === "CANCELLED" ? claimed : row, result);
      },
    },
    breaks: leavingLaw,
    of: ORDERED_PARTS,
  },
  {
    name: "a hold that the dispatcher does not heed",
    parts: {
      transition: (row, event, rules) =>
        transition(
          event.kind === "due" && isHeld(row)
            ? { ...row, state: "SCHEDULED", dueAtMs: 0, reason: "released" }
            : row,
          event,
          rules,
        ),
    },
    breaks: heldLaw,
    of: ORDERED_PARTS,
  },
  {
    name: "a bounce that lets a held message go over the next channel",
    parts: {
      transition: (row, event, rules) =>
        event.kind === "receipt" && isHeld(row)
          ? transition({ ...row, state: "QUEUED" }, event, rules)
          : transition(row, event, rules),
    },
    breaks: heldLaw,
    of: ORDERED_PARTS,
  },
  {
    name: "a hold that is never let go",
    parts: {
      transition: (row, event, rules) =>
        event.kind === "let-go" ? { kind: "refused", why: "not-held" } : transition(row, event, rules),
    },
    breaks: endLaw,
    of: ORDERED_PARTS,
  },
  {
    name: "a result of the former message written to the new one",
    parts: {
      written: (row, { seq, copy }) =>
        REAL_PARTS.written(row, { seq, copy: { ...copy, messageGeneration: row.messageGeneration } }),
    },
    breaks: acceptLaw,
    of: ORDERED_PARTS,
  },
  {
    name: "a bounce that the row forgets: a late success counts",
    parts: { transition: broken((_, after) => moved({ ...after, bounced: [] })) },
    breaks: acceptLaw,
    of: RECEIPT_PARTS,
  },
  {
    name: "a success written over the bounce that overtook it",
    parts: {
      written: (row, result) => REAL_PARTS.written({ ...row, bounced: [] }, result),
    },
    breaks: acceptLaw,
    of: RECEIPT_PARTS,
  },
  {
    name: "a delivery that is told after the bounce and believed",
    parts: {
      transition: (row, event, rules) =>
        event.kind === "receipt" &&
        event.what === "delivered" &&
        row.bounced?.includes(event.channel) === true
          ? moved({ ...row, channel: event.channel, state: "DELIVERED" })
          : transition(row, event, rules),
    },
    breaks: acceptLaw,
    of: RECEIPT_PARTS,
  },
  {
    name: "a bounce on which nothing follows",
    parts: {
      transition: (row, event, rules) =>
        event.kind === "receipt" && event.what === "hard-bounce"
          ? { kind: "refused", why: "recorded-only" }
          : transition(row, event, rules),
    },
    breaks: acceptLaw,
    of: RECEIPT_PARTS,
  },
  {
    name: "a receipt that leads to another channel when it says that it arrived",
    parts: {
      transition: (row, event, rules) =>
        event.kind === "receipt"
          ? transition(row, { ...event, what: "hard-bounce" }, rules)
          : transition(row, event, rules),
    },
    breaks: oneAcceptLaw,
    of: RECEIPT_PARTS,
  },
];

function freed(row: NotificationRow): NotificationRow {
  return { ...row, provider: null };
}

function asSent(row: NotificationRow): NotificationRow {
  return { ...row, state: "SENT" };
}

void describe("broken on purpose it is found out", () => {
  for (const { name, parts, breaks, of = REAL_PARTS } of mutants) {
    test(name, () => {
      const { violations } = explore({ ...of, ...parts }, breaks);
      assert.ok(
        violations.some(({ law, path }) => law === breaks && path.length > 1),
        violations.map(({ law }) => law).join(),
      );
    });
  }
});
