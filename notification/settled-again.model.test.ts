import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isUnderWay } from "./notification-row.ts";
import { exploreAgain } from "./model/settled-again/explore.ts";
import { REAL_AGAIN, type AgainParts } from "./model/settled-again/parts.ts";

/*
 * Everything that can happen to the two messages of a bill that is settled again: a dispatcher, a consumer and a provider
 * at each of them, crashes and lost answers, the promotion at any moment (planned first, committed later), and bounces and
 * deliveries told at any time afterwards. delivery.model.test.ts has one message, with Kafka and several consumers.
 */
const againLaw = "no member is told what he believes already";
const beliefLaw = "in the end who has a bill believes its amount, or its message is dead";
const withdrawnLaw = "no message of a superseded bill is sent again";
const endLaw = "from everywhere work alone comes to an end";

void describe("every law holds in every world that can be reached", () => {
  for (const sameAmount of [false, true]) {
    test(sameAmount ? "the same amount in other words" : "another amount", (t) => {
      const { worlds, taken, violations } = exploreAgain({ ...REAL_AGAIN, sameAmount });
      t.diagnostic(`${worlds} worlds, steps: ${[...taken].toSorted().join(", ")}`);
      assert.deepEqual([...violations], []);
      assert.ok(worlds > 1_000, String(worlds));
      const found = sameAmount ? ["told-already", "uncertain"] : ["correction"];
      for (const kind of ["wait", "first", ...found]) assert.ok(taken.has(`follow up: ${kind}`), kind);
    });
  }
});

interface Mutant {
  readonly name: string;
  readonly parts: Partial<AgainParts> & Pick<AgainParts, "sameAmount">;
  readonly breaks: string;
}

const mutants: readonly Mutant[] = [
  {
    name: "what bounced counts as told",
    parts: { sameAmount: true, fateOf: (world) => REAL_AGAIN.fateOf({ ...world, bounced: [] }) },
    breaks: beliefLaw,
  },
  {
    name: "a bounce on which nothing follows once the bill was settled again in other words",
    parts: { sameAmount: true, formerHolds: ({ stage }) => stage !== "promoted" },
    breaks: beliefLaw,
  },
  {
    name: "a message that says nothing keeps the former one from going on",
    parts: { sameAmount: true, formerHolds: ({ stage, next }) => stage !== "promoted" || next === null },
    breaks: beliefLaw,
  },
  {
    name: "a message that bounced goes on although its amount holds no more",
    parts: { sameAmount: false, formerHolds: () => true },
    breaks: beliefLaw,
  },
  {
    name: "a message that bounced after the next ones were planned is withdrawn with nothing in its place",
    parts: {
      sameAmount: true,
      withdraws: (world, sameAmount) => REAL_AGAIN.withdraws({ ...world, hasPlan: true }, sameAmount),
    },
    breaks: beliefLaw,
  },
  {
    name: "a former message under way is not waited for",
    parts: {
      sameAmount: true,
      fateOf: ({ former, ...world }) => {
        const fate = REAL_AGAIN.fateOf({ former, ...world });
        return isUnderWay(former) && fate === "under-way" ? "untold" : fate;
      },
    },
    breaks: againLaw,
  },
  {
    name: "a withdrawn message whose lease runs out is sent again",
    parts: {
      sameAmount: false,
      transition: (row, event, rules) =>
        event.kind === "superseded" && row.state === "QUEUED"
          ? { kind: "refused", why: "wrong-state" }
          : REAL_AGAIN.transition(row, event, rules),
    },
    breaks: withdrawnLaw,
  },
  {
    name: "a follow-up that waits for ever",
    parts: { sameAmount: false, fateOf: () => "under-way" },
    breaks: endLaw,
  },
];

void describe("broken on purpose it is found out", () => {
  for (const { name, parts, breaks } of mutants) {
    test(name, () => {
      const { violations } = exploreAgain({ ...REAL_AGAIN, ...parts }, breaks);
      assert.ok((violations.get(breaks)?.length ?? 0) > 1, [...violations.keys()].join());
    });
  }
});
