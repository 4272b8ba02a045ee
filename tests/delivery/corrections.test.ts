import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { claimDeliverableBills, type ClaimedRow } from "../../database/deliverable-bills/claim.ts";
import { countsAgree } from "../../database/invariants/counts-agree.ts";
import { lockExpiredLeases } from "../../database/notifications/lock-expired-leases.ts";
import { openGenerations } from "../../database/notifications/open-generations.ts";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { writeExpiredLeases } from "../../database/notifications/write-expired-leases.ts";
import { writeResults, type ResultRow } from "../../database/notifications/write-results.ts";
import { settleFollowUps } from "../../dispatcher/follow-ups.ts";
import { idempotencyKey } from "../../notification/idempotency-key.ts";
import { DEFAULT_LADDERS } from "../../notification/retry-ladder.ts";
import { transition } from "../../notification/state.ts";
import { inTransactionOn } from "../../platform/postgres.ts";
import { Beliefs } from "./beliefs.ts";
import { PERIOD, settledAgain, type SettledAgain, type SettledBill } from "./settled-again.ts";

/** What happens to a bill's message between one promotion and the next. `late-…`: it ends after the next promotion only. */
const FATES = [
  ...["nothing", "queued", "accepted", "accepted", "transient", "permanent"],
  ...["unknown-accepted", "unknown-lost", "crash-accepted", "crash-lost"],
  ...["late-accepted", "late-transient", "late-crash-accepted", "late-crash-lost"],
] as const;
type Fate = (typeof FATES)[number];

/** A message that is being sent. */
interface Sending {
  readonly generation: number;
  readonly bill: ClaimedRow;
}

/** The dispatcher's and the consumers' statements on one database, and a provider that says what members believe. */
class Delivery {
  readonly beliefs = new Beliefs();
  readonly world: SettledAgain;

  constructor(world: SettledAgain) {
    this.world = world;
  }

  /** Makes everything that is scheduled due, but the bills of `still`, and queues it. */
  async dispatch(still: readonly number[] = []): Promise<void> {
    const { client, pool } = this.world;
    await client.query(
      `update notifications set due_at = billing_now() + case when bill_id = any($1) then 1 else -1 end * interval '1 hour'
        where state in ('SCHEDULED', 'UNKNOWN')`,
      [still],
    );
    for (const address of await openGenerations(client)) {
      await settleFollowUps(pool, address);
      await queueDue(client, address, "email", 10_000);
    }
  }

  /** Claims what is queued, but the bills of `still`. */
  async claim(still: readonly number[] = []): Promise<readonly Sending[]> {
    const { client } = this.world;
    const queued = await client.query<{ billId: number; generation: number; seq: number }>(
      `select bill_id as "billId", generation, seq from notifications
        where state = 'QUEUED' and bill_id <> all($1) order by bill_id`,
      [still],
    );
    const sending: Sending[] = [];
    for (const [generation, rows] of Map.groupBy(queued.rows, (row) => row.generation)) {
      const request = {
        period: PERIOD,
        generation,
        channel: "email",
        contact: "email",
        leaseMs: 60_000,
      } as const;
      const [billIds, seqs] = [rows.map(({ billId }) => billId), rows.map(({ seq }) => seq)];
      for (const bill of await claimDeliverableBills(client, { ...request, billIds, seqs })) {
        sending.push({ generation, bill });
      }
    }
    return sending;
  }

  /** Ends a send; a crash leaves the row to its lease. */
  async end(sending: Sending, fate: Fate): Promise<void> {
    const { bill } = sending;
    if (fate.endsWith("accepted")) this.#accept(sending);
    const crashed = fate.includes("crash");
    if (crashed || fate.includes("unknown")) this.beliefs.outcomeLost(bill.billId);
    if (crashed) return;
    const outcome = fate.includes("unknown") ? "unknown" : (fate.split("-").at(-1) ?? "");
    const states = {
      accepted: "SENT",
      transient: "SCHEDULED",
      permanent: "DEAD",
      unknown: "UNKNOWN",
    } as const;
    await this.#write(sending, states[outcome as keyof typeof states], outcome);
    if (outcome === "accepted") this.beliefs.outcomeKnown(bill.billId);
  }

  #accept({ generation, bill }: Sending): void {
    const { billId, messageGeneration, totalMinor: amountMinor, toldMinor } = bill;
    const key = idempotencyKey({ billId, generation, channel: "email", messageGeneration });
    this.beliefs.accept({ key, billId, amountMinor, toldMinor });
  }

  async #write({ generation, bill }: Sending, state: ResultRow["state"], outcome: string): Promise<void> {
    const { billId, messageGeneration, seq, attempt } = bill;
    const unknownOutcomes = bill.unknownOutcomes + (state === "UNKNOWN" ? 1 : 0);
    const common = { billId, messageGeneration, channel: "email", attempt, seq, providerMessageId: null };
    const dueAtMs = state === "SCHEDULED" || state === "UNKNOWN" ? bill.nowMs : null;
    await writeResults(
      this.world.client,
      { period: PERIOD, generation },
      {
        results: [{ ...common, state, unknownOutcomes, reason: outcome, dueAtMs }],
        attempts: [
          { ...common, outcome, detail: "", addressIndex: null, startedAtMs: bill.nowMs, durationMs: 1 },
        ],
        deadLetters: [],
      },
    );
  }

  /** Lets every lease run out. */
  async expire(): Promise<void> {
    const { client } = this.world;
    await client.query(
      "update notifications set lease_until = now() - interval '1 second' where state = 'SENDING'",
    );
    const rules = { ladders: DEFAULT_LADDERS, maxUnknownOutcomes: 5, quiet: { zone: "UTC", windows: [] } };
    for (const address of await openGenerations(client)) {
      await inTransactionOn(client, async () => {
        const { nowMs, machineNowMs, rows } = await lockExpiredLeases(client, address, 10_000);
        const moved = rows.flatMap((row) => {
          const result = transition(row, { kind: "lease-expired", nowMs, machineNowMs }, rules);
          return result.kind === "moved" ? [result.row] : [];
        });
        if (moved.length > 0) await writeExpiredLeases(client, address, moved);
      });
    }
  }

  /** Sends all that is left, each send accepted. */
  async drain(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) {
      await this.dispatch();
      for (const sending of await this.claim()) await this.end(sending, "accepted");
      await this.expire();
    }
    const { rows } = await this.world.client.query(
      "select from notifications where state in ('SCHEDULED', 'QUEUED', 'SENDING', 'UNKNOWN')",
    );
    assert.equal(rows.length, 0, "nothing is under way any more");
  }
}

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
