import assert from "node:assert/strict";
import type { Pool } from "../../platform/postgres.ts";
import type { SettledAgain, SettledBill } from "../delivery/settled-again.ts";
import { BouncingDelivery, type Accepted, type Claim } from "./bouncing-delivery.ts";

/** What happens to a send. `late`: it ends after the next promotion only. */
export const FATES = [
  ...["accepted", "accepted", "permanent", "nothing", "late"],
  ...["unknown-accepted", "unknown-lost"],
] as const;
/** One of them. */
export type Fate = (typeof FATES)[number];

/**
 * When the newest message that a member was told bounces: before its result is written; before the next promotion, between
 * its planning and its commit, or after it and before anything is queued; or, of all that arrived the oldest, after the next
 * sends.
 */
export const BOUNCES = [
  "never",
  "never",
  "never",
  "at-once",
  "before",
  "meanwhile",
  "after",
  "later",
] as const;
/** One of them. */
export type Bounce = (typeof BOUNCES)[number];

/** One account in one generation. */
export interface Step {
  readonly bill: SettledBill | null;
  /** Of what is sent of it between this promotion and the next. */
  readonly fate: Fate;
  readonly bounce: Bounce;
  /** The member has another mailbox and another number from now on. */
  readonly moves: boolean;
}

const billIdOf = (index: number): number => 202610 * 1e10 + index + 1;

/** A story as it unfolds: what is owed, and of whom nobody can know what he was told. */
export class Telling {
  readonly delivery: BouncingDelivery;
  readonly #world: SettledAgain;
  readonly #owed = new Map<number, number | undefined>();
  readonly #doubtful = new Set<number>();
  #late: readonly Claim[] = [];
  #before: readonly Step[] = [];

  constructor(world: SettledAgain, pools: { readonly dispatcher: Pool; readonly receipts: Pool }) {
    this.#world = world;
    this.delivery = new BouncingDelivery(world, pools, (accepted) => {
      this.#judge(accepted);
    });
  }

  /** Who is told anything is told what he owes, and not what he believes already. */
  #judge({ message: { billId, generation }, amountMinor, toldMinor }: Accepted): void {
    const isLate = this.#late.some(
      ({ bill, ...of }) => bill.billId === billId && of.generation === generation,
    );
    const what = `bill ${billId}, generation ${generation}: `;
    if (!isLate) assert.equal(amountMinor, this.#owed.get(billId), `${what}told what is not owed`);
    assert.notEqual(toldMinor, amountMinor, `${what}a correction without a change`);
    if (this.#doubtful.has(billId)) return;
    assert.notEqual(this.delivery.believed(billId), amountMinor, `${what}told again`);
  }

  async step(steps: readonly Step[]): Promise<void> {
    await this.#move(steps);
    await this.#bounce("before");
    for (const [index, { bill }] of steps.entries()) this.#owed.set(billIdOf(index), bill?.amountMinor);
    await this.#world.settle(
      steps.map(({ bill }) => bill),
      () => this.#bounce("meanwhile"),
    );
    await this.#bounce("after");
    await this.delivery.dispatch();
    for (const claim of this.#late) {
      this.delivery.accept(claim);
      if (this.#beforeOf(claim)?.bounce === "at-once")
        await this.delivery.bounce(this.#newest(claim.bill.billId));
      await this.delivery.end(claim, "accepted");
    }
    this.#late = [];
    await this.#send(steps);
    await this.#bounce("later");
    this.#before = steps;
  }

  async #send(steps: readonly Step[]): Promise<void> {
    const still = steps.flatMap(({ fate }, index) => (fate === "nothing" ? [billIdOf(index)] : []));
    for (let round = 0; round < 2; round++) {
      await this.delivery.dispatch();
      for (const claim of await this.delivery.claim(still)) {
        const step = steps[(claim.bill.billId % 1e10) - 1];
        if (step?.fate === "late" && !claim.bill.suppressed) this.#late = [...this.#late, claim];
        else await this.#sendOne(claim, step);
      }
    }
  }

  async #sendOne(claim: Claim, step: Step | undefined): Promise<void> {
    const { billId, suppressed } = claim.bill;
    const fate = step?.fate ?? "nothing";
    const isEmail = claim.channel === "email";
    const refused = fate === "permanent" && isEmail;
    if (!suppressed && fate !== "unknown-lost" && !refused) this.delivery.accept(claim);
    if (fate.startsWith("unknown")) this.#doubtful.add(billId);
    if (step?.bounce === "at-once" && fate === "accepted" && isEmail)
      await this.delivery.bounce(this.#newest(billId));
    const isUnknown = fate.startsWith("unknown");
    await this.delivery.end(claim, refused ? "permanent" : isUnknown ? "unknown" : "accepted");
  }

  async #bounce(when: Bounce): Promise<void> {
    const bouncing = this.#before.flatMap(({ bounce }, index) => {
      if (bounce !== when) return [];
      const arrived = this.delivery.of(billIdOf(index)).filter(({ bounced }) => !bounced);
      return arrived.slice(...(when === "later" ? [0, 1] : [-1]));
    });
    await this.delivery.bounce(bouncing);
  }

  #newest(billId: number): readonly Accepted[] {
    return this.delivery.of(billId).slice(-1);
  }

  #beforeOf({ bill }: Claim): Step | undefined {
    return this.#before[(bill.billId % 1e10) - 1];
  }

  async #move(steps: readonly Step[]): Promise<void> {
    const moving = steps.flatMap(({ moves }, index) => (moves ? [index + 1] : []));
    await this.#world.client.query(
      `update members set email_index = sha256(email_index), phone_index = sha256(phone_index) where id = any($1)`,
      [moving],
    );
  }

  /** Sends what is left; then who has a bill believes its amount, unless his last message is dead. */
  async end(): Promise<void> {
    for (const claim of this.#late) {
      this.delivery.accept(claim);
      await this.delivery.end(claim, "accepted");
    }
    this.#late = [];
    await this.delivery.drain();
    for (const when of ["before", "meanwhile", "after"] as const) await this.#bounce(when);
    await this.delivery.drain();
    const { rows } = await this.#world.client.query<{ billId: number; dead: string | null }>(
      `select b.bill_id as "billId", last.reason as dead
         from bills b join generations g on g.number = b.generation and g.state = 'live'
         left join lateral (
           select reason, state from notifications n
            where n.bill_id = b.bill_id and n.state <> 'SUPERSEDED' and n.reason <> 'told-already'
            order by n.generation desc limit 1) last on last.state = 'DEAD'`,
    );
    for (const { billId, dead } of rows) {
      if (dead === null)
        assert.equal(this.delivery.believed(billId), this.#owed.get(billId), `bill ${billId}`);
    }
  }
}
