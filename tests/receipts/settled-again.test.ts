import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { countsAgree } from "../../database/invariants/counts-agree.ts";
import { createPool, type Pool } from "../../platform/postgres.ts";
import { PERIOD, settledAgain, type SettledAgain } from "../delivery/settled-again.ts";
import { BOUNCES, FATES, Telling, type Bounce, type Fate, type Step } from "./telling.ts";

async function play(t: TestContext, chain: readonly (readonly Step[])[]): Promise<SettledAgain> {
  const world = await settledAgain(t, chain[0]?.length ?? 0, ["email", "sms"]);
  const asRole = (role: string): Pool => {
    const pool = createPool(
      { url: world.url, role, applicationName: "tests" },
      { size: 2, onIdleError: () => undefined },
    );
    t.after(() => pool.end());
    return pool;
  };
  const pools = { dispatcher: asRole("billing_dispatcher"), receipts: asRole("billing_receipts") };
  const telling = new Telling(world, pools);
  for (const steps of chain) await telling.step(steps);
  await telling.end();
  const counted = await countsAgree(world.client, { period: PERIOD, generation: chain.length });
  assert.ok(counted.holds, counted.detail);
  return world;
}

const step: fc.Arbitrary<Step> = fc.record({
  bill: fc.oneof(
    { weight: 8, arbitrary: fc.record({ amountMinor: fc.constantFrom(100, 200), wording: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  fate: fc.constantFrom(...FATES),
  bounce: fc.constantFrom(...BOUNCES),
  moves: fc.boolean(),
});

function textOf({ bill, fate, bounce, moves }: Step): string {
  const amount = bill === null ? "none" : `${bill.amountMinor}/${bill.wording}`;
  return `${amount} ${fate} ${bounce}${moves ? " moves" : ""}`;
}

test("after every receipt and message each member believes what is owed, and was told it once", async (t) => {
  const chain = fc.array(fc.array(step, { minLength: 80, maxLength: 80 }), { minLength: 2, maxLength: 5 });
  const property = fc.asyncProperty(chain, async (steps) => {
    try {
      await play(t, steps);
    } catch (error) {
      const index = Number(/\b202610(\d{10})\b/.exec(String(error))?.[1]) - 1;
      const story = steps.map((one) => one[index]).map((one) => (one === undefined ? "" : textOf(one)));
      throw new Error(`${String(error)}; its story: ${story.join(", ")}`, { cause: error });
    }
  });
  const outcome = await fc.check(property, { numRuns: 5, endOnFailure: true });
  assert.equal(outcome.failed, false, `seed ${outcome.seed}: ${String(outcome.errorInstance)}`);
});

/** One account through `amount/wording fate bounce [moves]` steps, and how its messages stand then. */
async function story(t: TestContext, ...steps: readonly string[]): Promise<string[]> {
  const chain = steps.map((text): Step[] => {
    const [bill = "", fate, bounce, moves] = text.split(" ");
    const [amountMinor = 0, wording = 0] = bill.split("/").map(Number);
    const told = bill === "none" ? null : { amountMinor, wording };
    return [{ bill: told, fate: fate as Fate, bounce: bounce as Bounce, moves: moves !== undefined }];
  });
  const { client } = await play(t, chain);
  const { rows } = await client.query<{ row: string }>(
    `select concat_ws(' ', 'g' || generation, state, channel, reason, 'corrects ' || told_minor || ' of g' || told_generation)
       as row from notifications order by generation`,
  );
  return rows.map(({ row }) => row);
}

const stories: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    "bounced to a text that arrived, then another amount: a correction of what the text told",
    ["100/0 accepted at-once", "200/0 accepted never"],
    ["g1 SENT sms sent", "g2 SENT sms sent corrects 100 of g1"],
  ],
  [
    "another amount is settled, then the first bounces before anything is sent: the new bill is no correction",
    ["100/0 accepted after", "200/0 accepted never"],
    ["g1 SUPERSEDED email superseded", "g2 SENT sms sent"],
  ],
  [
    "nothing new was to be said, then the first bounces: it goes on as a text, for its amount holds",
    ["100/0 accepted after", "100/1 accepted never"],
    ["g1 SENT sms sent"],
  ],
  [
    "the same while the generation that has nothing to say is planned",
    ["100/0 accepted meanwhile", "100/1 accepted never"],
    ["g1 SENT sms sent"],
  ],
  [
    "found to have been told already, then that bounces: it goes on, for the later message says nothing",
    ["100/0 late later", "100/1 accepted never"],
    ["g1 SENT sms sent", "g2 CANCELLED email told-already"],
  ],
  [
    "the correction bounces: the same correction as a text",
    ["100/0 accepted never", "200/0 accepted at-once"],
    ["g1 SENT email sent", "g2 SENT sms sent corrects 100 of g1"],
  ],
  [
    "the message bounces after its correction was sent: nothing more is said of the bill that does not hold",
    ["100/0 accepted later", "200/0 accepted never"],
    ["g1 SUPERSEDED email superseded", "g2 SENT email sent corrects 100 of g1"],
  ],
  [
    "the correction bounces before the first amount is settled again: that is what the member believes",
    ["100/0 accepted never", "200/0 accepted after", "100/0 accepted never"],
    [
      "g1 SENT email sent",
      "g2 SUPERSEDED email superseded corrects 100 of g1",
      "g3 CANCELLED email told-already",
    ],
  ],
  [
    "bounces on its way: superseded meanwhile, and the new bill is no correction",
    ["100/0 late at-once", "200/0 accepted never"],
    ["g1 SUPERSEDED email superseded", "g2 SENT sms sent"],
  ],
  [
    "withdrawn in flight, accepted, and its amount is owed again when it bounces: it goes on, and may die",
    ["100/1 permanent never", "200/0 late meanwhile", "100/1 accepted meanwhile", "200/1 late meanwhile"],
    [
      "g1 SUPERSEDED sms superseded",
      "g2 DEAD sms no-contact corrects 100 of g1",
      "g3 SUPERSEDED sms superseded corrects 200 of g2",
      "g4 CANCELLED email told-already",
    ],
  ],
  [
    "bounces while a month without the bill is left: the next one is planned anew",
    ["100/0 accepted never", "none accepted meanwhile", "100/0 accepted never"],
    ["g1 SUPERSEDED email superseded", "g3 SENT sms sent"],
  ],
];

for (const [name, steps, expected] of stories) {
  test(name, async (t) => {
    assert.deepEqual(await story(t, ...steps), expected);
  });
}
