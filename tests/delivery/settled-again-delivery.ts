import assert from "node:assert/strict";
import { claimDeliverableBills, type ClaimedRow } from "../../database/deliverable-bills/claim.ts";
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
import { PERIOD, type SettledAgain } from "./settled-again.ts";

/** What happens to a bill's message between one promotion and the next. `late-…`: it ends after the next promotion only. */
export const FATES = [
  ...["nothing", "queued", "accepted", "accepted", "transient", "permanent"],
  ...["unknown-accepted", "unknown-lost", "crash-accepted", "crash-lost"],
  ...["late-accepted", "late-transient", "late-crash-accepted", "late-crash-lost"],
] as const;
/** One of them. */
export type Fate = (typeof FATES)[number];

/** A message that is being sent. */
export interface Sending {
  readonly generation: number;
  readonly bill: ClaimedRow;
}

/** The dispatcher's and the consumers' statements on one database, and a provider that says what members believe. */
export class Delivery {
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
      const contact = { channel: "email", contact: "email" } as const;
      const request = { ...contact, period: PERIOD, generation, leaseMs: 60_000 };
      const atOne = { providers: ["a"], chosen: rows.map(() => 0) };
      const [billIds, seqs] = [rows.map(({ billId }) => billId), rows.map(({ seq }) => seq)];
      for (const bill of await claimDeliverableBills(client, { ...request, billIds, seqs, ...atOne })) {
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
    const claim = { billId, messageGeneration, attempt, seq };
    const common = { ...claim, channel: "email", provider: "a", providerMessageId: null };
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
