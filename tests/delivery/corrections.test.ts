import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { countsAgree } from "../../database/invariants/counts-agree.ts";
import { Delivery, FATES, type Fate, type Sending } from "./settled-again-delivery.ts";
import { PERIOD, settledAgain, type SettledBill } from "./settled-again.ts";

/** One account in one generation. */
interface Step {
  readonly bill: SettledBill | null;
  readonly fate: Fate;
}

const step: fc.Arbitrary<Step> = fc.record({
  bill: fc.oneof(
    { weight: 8, arbitrary: fc.record({ amountMinor: fc.constantFrom(100, 200, 300), wording: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  fate: fc.constantFrom(...FATES),
});

/** Every account through a chain of generations; all messages gone in the end. */
async function play(t: TestContext, chain: readonly (readonly Step[])[]): Promise<Delivery> {
  const world = await settledAgain(t, chain[0]?.length ?? 0);
  const delivery = new Delivery(world);
  let late: { readonly sending: Sending; readonly fate: Fate }[] = [];
  for (const steps of chain) {
    await world.settle(steps.map(({ bill }) => bill));
    const fateOf = ({ bill }: Sending): Fate => steps[(bill.billId % 1e10) - 1]?.fate ?? "nothing";
    const those = (...fates: Fate[]): number[] =>
      steps.flatMap(({ fate }, index) => (fates.includes(fate) ? [202610 * 1e10 + index + 1] : []));
    // What follows a send that has not ended yet must wait for it; what does not may go.
    await delivery.dispatch(those("nothing"));
    const early = await delivery.claim(those("nothing", "queued"));
    for (const { sending, fate } of late) await delivery.end(sending, fate);
    const ending = new Set(late.map(({ sending }) => sending.bill.billId));
    late = early
      .filter((sending) => fateOf(sending).startsWith("late") || ending.has(sending.bill.billId))
      .map((sending) => ({ sending, fate: fateOf(sending) }));
    const kept = new Set(late.map(({ sending }) => sending));
    for (const sending of early) if (!kept.has(sending)) await delivery.end(sending, fateOf(sending));
    if (late.length === 0) await delivery.expire();
  }
  for (const { sending, fate } of late) await delivery.end(sending, fate);
  await delivery.expire();
  await delivery.drain();
  await assertBeliefs(delivery);
  const counted = await countsAgree(world.client, { period: PERIOD, generation: chain.length });
  assert.ok(counted.holds, counted.detail);
  return delivery;
}

/** Who has a live bill believes its amount; unless the message is dead, and then nobody was told anything else by it. */
async function assertBeliefs({ world, beliefs }: Delivery): Promise<void> {
  const { rows } = await world.client.query<{ billId: number; amountMinor: number; dead: string | null }>(
    `select b.bill_id as "billId", b.total_minor as "amountMinor", last.reason as dead
       from bills b join generations g on g.number = b.generation and g.state = 'live'
       left join lateral (
         select reason, state from notifications n where n.bill_id = b.bill_id and n.state <> 'SUPERSEDED'
          order by n.generation desc limit 1) last on last.state = 'DEAD'`,
  );
  for (const { billId, amountMinor, dead } of rows) {
    const believed = beliefs.of(billId);
    if (dead === null) assert.equal(believed, amountMinor, `bill ${billId}`);
    if (dead === "unknown-outcome")
      assert.ok(believed === undefined || believed === amountMinor, `bill ${billId}`);
  }
}

test("after all messages have gone every member believes the live amount, and was told nothing that he believed", async (t) => {
  let corrections = 0;
  const chain = fc.array(fc.array(step, { minLength: 60, maxLength: 60 }), { minLength: 2, maxLength: 5 });
  const property = fc.asyncProperty(chain, async (steps) => {
    try {
      corrections += (await play(t, steps)).beliefs.corrections;
    } catch (error) {
      throw new Error(`${String(error)}; its story: ${storyOf(steps, String(error))}`, { cause: error });
    }
  });
  const outcome = await fc.check(property, { numRuns: 8, endOnFailure: true });
  assert.equal(outcome.failed, false, `seed ${outcome.seed}: ${String(outcome.errorInstance)}`);
  assert.ok(corrections > 50, `only ${corrections} corrections were sent`);
});

/** The steps of the account that an error names, as `story` takes them: the whole chain is a page long. */
function storyOf(chain: readonly (readonly Step[])[], error: string): string {
  const account = Number(/\b202610(\d{10})\b/.exec(error)?.[1]);
  return chain
    .map((steps) => steps[account - 1])
    .map(
      (one) =>
        `${one?.bill == null ? "none" : `${one.bill.amountMinor}/${one.bill.wording}`} ${one?.fate ?? ""}`,
    )
    .join(", ");
}

/** One account through `amount/wording fate` steps. */
async function story(t: TestContext, ...steps: readonly string[]): Promise<Delivery> {
  return await play(
    t,
    steps.map((text) => {
      const [bill = "", fate = ""] = text.split(" ");
      const [amountMinor = 0, wording = 0] = bill.split("/").map(Number);
      return [{ bill: bill === "none" ? null : { amountMinor, wording }, fate: fate as Fate }];
    }),
  );
}

/** How the messages of the one account stand, by generation. */
async function stand({ world }: Delivery): Promise<string[]> {
  const { rows } = await world.client.query<{ row: string }>(
    `select concat_ws(' ', 'g' || generation, state, reason, 'corrects ' || told_minor || ' of g' || told_generation) as row
       from notifications order by generation`,
  );
  return rows.map(({ row }) => row);
}

const stories: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    "sent, then another amount: a correction",
    ["100/0 accepted", "200/0 accepted"],
    ["g1 SENT accepted", "g2 SENT accepted corrects 100 of g1"],
  ],
  [
    "sent, then the same amount in other words: no message",
    ["100/0 accepted", "100/1 accepted"],
    ["g1 SENT accepted"],
  ],
  [
    "not sent: the new bill as an ordinary message",
    ["100/0 nothing", "200/0 accepted"],
    ["g1 SUPERSEDED superseded", "g2 SENT accepted"],
  ],
  [
    "in flight and accepted: the new one waits, then corrects",
    ["100/0 late-accepted", "200/0 accepted"],
    ["g1 SENT accepted", "g2 SENT accepted corrects 100 of g1"],
  ],
  [
    "in flight and refused: the new one waits, then is ordinary",
    ["100/0 late-transient", "200/0 accepted"],
    ["g1 SUPERSEDED transient", "g2 SENT accepted"],
  ],
  [
    "in flight with the amount that still holds: nothing to add",
    ["100/0 late-accepted", "100/1 accepted"],
    ["g1 SENT accepted", "g2 CANCELLED told-already"],
  ],
  [
    "an outcome that nobody knows, another amount: corrected in any case",
    ["100/0 unknown-lost", "200/0 accepted"],
    ["g1 SUPERSEDED superseded", "g2 SENT accepted corrects 100 of g1"],
  ],
  [
    "an outcome that nobody knows, the same amount: its own key settles it",
    ["100/0 unknown-accepted", "100/1 accepted"],
    ["g1 SENT accepted", "g2 CANCELLED told-already"],
  ],
  [
    "back to the first amount, the second never sent: nothing to say",
    ["100/0 accepted", "200/0 nothing", "100/0 accepted"],
    ["g1 SENT accepted", "g2 SUPERSEDED superseded", "g3 CANCELLED told-already"],
  ],
  [
    "back to the first amount, the second sent: a correction of the correction",
    ["100/0 accepted", "200/0 accepted", "100/0 accepted"],
    ["g1 SENT accepted", "g2 SENT accepted corrects 100 of g1", "g3 SENT accepted corrects 200 of g2"],
  ],
  [
    "gone and back with another amount",
    ["100/0 accepted", "none nothing", "200/0 accepted"],
    ["g1 SENT accepted", "g3 SENT accepted corrects 100 of g1"],
  ],
  [
    "gone while in flight and back, and that send failed: it is told after all",
    ["100/0 late-transient", "none nothing", "100/0 accepted"],
    ["g1 SUPERSEDED transient", "g3 SENT accepted"],
  ],
  [
    "the first one dead: the new one is ordinary",
    ["100/0 permanent", "200/0 accepted"],
    ["g1 SUPERSEDED superseded", "g2 SENT accepted"],
  ],
  [
    "this amount or nothing, nobody knows which: a person decides",
    ["100/0 unknown-lost", "200/0 nothing", "100/1 accepted"],
    ["g1 SUPERSEDED superseded", "g2 SUPERSEDED superseded", "g3 DEAD unknown-outcome"],
  ],
];

for (const [name, steps, expected] of stories) {
  test(name, async (t) => {
    assert.deepEqual(await stand(await story(t, ...steps)), expected);
  });
}
