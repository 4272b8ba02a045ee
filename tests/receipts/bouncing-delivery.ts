import assert from "node:assert/strict";
import { sendingRow } from "../../consumers/pipeline/claimed-message.ts";
import { resultRow } from "../../consumers/pipeline/settled.ts";
import { claimDeliverableBills, type ClaimedRow } from "../../database/deliverable-bills/claim.ts";
import { openGenerations } from "../../database/notifications/open-generations.ts";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { writeResults } from "../../database/notifications/write-results.ts";
import { settleFollowUps } from "../../dispatcher/follow-ups.ts";
import type { Channel } from "../../notification/channel.ts";
import { CHANNEL_REGISTRY } from "../../notification/channels/registry.ts";
import { idempotencyKey, type MessageIdentity } from "../../notification/idempotency-key.ts";
import type { NotificationEvent, SendOutcome } from "../../notification/notification-event.ts";
import { DEFAULT_LADDERS } from "../../notification/retry-ladder.ts";
import { transition } from "../../notification/state.ts";
import type { Pool } from "../../platform/postgres.ts";
import { recordEvents } from "../../receipts/record.ts";
import { PERIOD, type SettledAgain } from "../delivery/settled-again.ts";

const channels = ["email", "sms"] as const;
const rules = { ladders: DEFAULT_LADDERS, maxUnknownOutcomes: 5, quiet: { zone: "UTC", windows: [] } };

/** A claimed message. */
export interface Claim {
  readonly generation: number;
  readonly channel: Channel;
  readonly bill: ClaimedRow;
}

/** What a provider has accepted, whom it has told what, and whether it has said since that it bounced. */
export interface Accepted {
  readonly message: MessageIdentity;
  readonly amountMinor: number;
  readonly toldMinor: number | null;
  bounced: boolean;
}

/** The statements of dispatcher, consumers and webhook, the first and the last with their own rights; two providers that honour keys. */
export class BouncingDelivery {
  readonly accepted = new Map<string, Accepted>();
  readonly #world: SettledAgain;
  readonly #pools: { readonly dispatcher: Pool; readonly receipts: Pool };
  /** Asked at each new accept, before it counts. */
  readonly #judge: (accepted: Accepted) => void;

  constructor(
    world: SettledAgain,
    pools: { readonly dispatcher: Pool; readonly receipts: Pool },
    judge: (accepted: Accepted) => void,
  ) {
    this.#world = world;
    this.#pools = pools;
    this.#judge = judge;
  }

  /** The amount that was told last by what has not bounced; undefined = none. */
  believed(billId: number): number | undefined {
    return this.of(billId).findLast(({ bounced }) => !bounced)?.amountMinor;
  }

  /** Everything of this bill that was accepted, in its order. */
  of(billId: number): readonly Accepted[] {
    return [...this.accepted.values()].filter(({ message }) => message.billId === billId);
  }

  /** Makes what is scheduled due and queues it. */
  async dispatch(): Promise<void> {
    const { client } = this.#world;
    await client.query(
      "update notifications set due_at = billing_now() - interval '1 hour' where state in ('SCHEDULED', 'UNKNOWN')",
    );
    for (const address of await openGenerations(this.#pools.dispatcher)) {
      await settleFollowUps(this.#pools.dispatcher, address);
      for (const channel of channels) await queueDue(this.#pools.dispatcher, address, channel, 10_000);
    }
  }

  /** Claims what is queued, but the bills of `still`. */
  async claim(still: readonly number[] = []): Promise<readonly Claim[]> {
    const { client } = this.#world;
    const queued = await client.query<{ billId: number; generation: number; seq: number; channel: Channel }>(
      `select bill_id as "billId", generation, seq, channel from notifications where state = 'QUEUED' and bill_id <> all($1)
        order by bill_id`,
      [still],
    );
    const claims: Claim[] = [];
    const lanes = Map.groupBy(queued.rows, ({ generation, channel }) => `${generation}/${channel}`);
    for (const rows of lanes.values()) {
      const [{ generation, channel }] = rows as [(typeof rows)[number]];
      const found = await claimDeliverableBills(client, {
        ...{
          period: PERIOD,
          generation,
          channel,
          contact: CHANNEL_REGISTRY[channel].contact,
          leaseMs: 60_000,
        },
        ...{ billIds: rows.map(({ billId }) => billId), seqs: rows.map(({ seq }) => seq) },
        ...{ providers: ["a"], chosen: rows.map(() => 0) },
      });
      claims.push(...found.map((bill) => ({ generation, channel, bill })));
    }
    return claims;
  }

  /** The request reaches the provider. */
  accept(claim: Claim): void {
    const { billId, totalMinor: amountMinor, toldMinor } = claim.bill;
    const message = messageOf(claim);
    const key = idempotencyKey(message);
    const known = this.accepted.get(key);
    if (known !== undefined) {
      assert.deepEqual([known.amountMinor, known.toldMinor], [amountMinor, toldMinor], `${billId}: one key`);
      return;
    }
    const accepted = { message, amountMinor, toldMinor, bounced: false };
    this.#judge(accepted);
    this.accepted.set(key, accepted);
  }

  /** Writes what the consumer makes of a send; of an address that is suppressed it makes none. */
  async end(claim: Claim, kind: "accepted" | "permanent" | "unknown"): Promise<void> {
    const { bill, channel, generation } = claim;
    const { seq, messageGeneration, provider } = bill;
    const outcome: SendOutcome = { kind };
    const event: NotificationEvent = bill.suppressed
      ? { kind: "unreachable", seq, nowMs: bill.nowMs, why: "suppressed" }
      : {
          ...{ kind: "outcome", seq, messageGeneration, channel, provider, nowMs: bill.nowMs },
          ...{ outcome, mayFallBack: true },
        };
    const address = { period: PERIOD, generation };
    const result = transition(sendingRow(bill, channel, address, 0), event, rules);
    const row = result.kind === "moved" ? result.row : null;
    const told = { providerMessageId: null, attempt: null, detail: "", payloadEncrypted: null };
    const written = resultRow({ ...told, row, message: undefined as never });
    const attempt = {
      ...{
        billId: bill.billId,
        messageGeneration,
        channel,
        provider,
        attempt: bill.attempt,
        seq,
        outcome: kind,
      },
      ...{ detail: "", providerMessageId: null, addressIndex: bill.addressIndex },
      ...{ startedAtMs: bill.nowMs, durationMs: 1 },
    };
    const dead = { billId: bill.billId, channel, cause: "", detail: "", payloadEncrypted: null };
    await writeResults(this.#world.client, address, {
      results: written === null ? [] : [written],
      attempts: bill.suppressed ? [] : [attempt],
      deadLetters: row?.state === "DEAD" ? [{ ...dead, cause: row.cause }] : [],
    });
  }

  /** The provider says that these bounced for good. */
  async bounce(messages: readonly Accepted[]): Promise<void> {
    const fresh = messages.filter(({ bounced }) => !bounced);
    for (const one of fresh) one.bounced = true;
    const receipts = fresh.map(({ message }) => ({
      ...({ eventId: idempotencyKey(message), kind: "hard-bounce", code: "5.1.1" } as const),
      ...{ channel: message.channel, message, providerMessageId: null, occurredAtMs: Date.now() },
    }));
    if (receipts.length > 0) await recordEvents(this.#pools.receipts, "test", receipts);
  }

  /** Sends all that is left, each send accepted. */
  async drain(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) {
      await this.dispatch();
      for (const claim of await this.claim()) {
        if (!claim.bill.suppressed) this.accept(claim);
        await this.end(claim, "accepted");
      }
    }
    const { rows } = await this.#world.client.query(
      "select from notifications where state in ('SCHEDULED', 'QUEUED', 'SENDING', 'UNKNOWN')",
    );
    assert.equal(rows.length, 0, "nothing is under way any more");
  }
}

function messageOf({ generation, channel, bill }: Claim): MessageIdentity {
  const { billId, messageGeneration } = bill;
  return { billId, generation, channel, messageGeneration };
}
