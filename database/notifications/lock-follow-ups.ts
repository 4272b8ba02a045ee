import type { FormerMessage } from "../../notification/follow-up.ts";
import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { runCancelled } from "../run-ledger/cancel-notifications.ts";

/** A due message of a bill that was settled again, and what became of the messages of earlier generations. */
export interface DueFollowUp {
  readonly billId: number;
  readonly messageGeneration: number;
  readonly amountMinor: number;
  readonly former: readonly FormerMessage[];
}

/** Due follow-ups and the billing clock's reading. */
export interface DueFollowUps {
  readonly nowMs: number;
  readonly rows: readonly DueFollowUp[];
}

interface FormerRow {
  readonly billId: number;
  readonly generation: number;
  readonly amountMinor: number;
  readonly state: NotificationRow["state"];
  readonly accepted: boolean;
  readonly unsettled: boolean;
}

/**
 * Locks at most `limit` due messages that follow former ones until the transaction ends, and reads what became of those:
 * where they stand, and their attempts, for a message that was resent, redriven or cancelled may have been told before.
 * None while delivery is held: a database from a backup does not know what was told since.
 */
export async function lockFollowUps(
  client: Queryable,
  address: GenerationAddress,
  limit: number,
): Promise<DueFollowUps> {
  const { from, to } = billIdRange(address.period);
  const due = await client.query<{ billId: number; messageGeneration: number; nowMs: number }>(
    `select bill_id as "billId", message_generation as "messageGeneration",
            extract(epoch from billing_now())::float8 * 1000 as "nowMs"
       from notifications
      where generation = $1 and bill_id >= $2 and bill_id < $3 and state = 'SCHEDULED' and follows
        and due_at <= (select billing_now()) and (select delivery_hold()) is null
      order by due_at
      limit $4
        for update skip locked`,
    [address.generation, from, to, limit],
  );
  const [first] = due.rows;
  if (first === undefined) return { nowMs: 0, rows: [] };
  const billIds = due.rows.map(({ billId }) => billId);
  await lockFormer(client, address, billIds);
  const amounts = await amountsOf(client, address, billIds);
  const former = Map.groupBy(await formerMessages(client, address, billIds), ({ billId }) => billId);
  return {
    nowMs: first.nowMs,
    rows: due.rows.map(({ billId, messageGeneration }) => ({
      billId,
      messageGeneration,
      amountMinor: amountOrThrow(amounts, billId),
      former: (former.get(billId) ?? []).map((row) => ({
        generation: row.generation,
        amountMinor: row.amountMinor,
        fate: fateOf(row),
      })),
    })),
  };
}

function fateOf({ state, accepted, unsettled }: FormerRow): FormerMessage["fate"] {
  if (accepted || state === "SENT" || state === "DELIVERED") return "told";
  if (state === "SCHEDULED" || state === "QUEUED" || state === "SENDING" || state === "UNKNOWN") {
    return "under-way";
  }
  return unsettled ? "maybe" : "untold";
}

function amountOrThrow(amounts: ReadonlyMap<number, number>, billId: number): number {
  const amount = amounts.get(billId);
  if (amount === undefined) throw new Error(`message without a bill: ${billId}`);
  return amount;
}

/**
 * A receipt that is being applied to a former message is waited for, and one that comes later sees what this one has
 * become: else each could leave the bill to the other.
 */
async function lockFormer(
  client: Queryable,
  { period, generation }: GenerationAddress,
  billIds: readonly number[],
): Promise<void> {
  const { from, to } = billIdRange(period);
  await client.query(
    `select from notifications
      where generation < $1 and bill_id >= $2 and bill_id < $3 and bill_id = any($4::bigint[])
      order by generation, bill_id
        for update`,
    [generation, from, to, billIds],
  );
}

async function amountsOf(
  client: Queryable,
  { period, generation }: GenerationAddress,
  billIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<{ billId: number; amountMinor: number }>(
    `select bill_id as "billId", total_minor as "amountMinor" from bills
      where generation = $1 and bill_id >= $2 and bill_id < $3 and bill_id = any($4::bigint[])`,
    [generation, from, to, billIds],
  );
  return new Map(rows.map(({ billId, amountMinor }) => [billId, amountMinor]));
}

// What a channel accepted and then said that it bounced was never told. An outcome is open where a send or a lease ended without one, or a send that was cancelled has not ended yet; a redrive
// of such a message counts its unknown outcomes anew, but its dead letter tells. Cancelling a whole run leaves alone what a
// worker holds, and raises the sequence without a send.
async function formerMessages(
  client: Queryable,
  { period, generation }: GenerationAddress,
  billIds: readonly number[],
): Promise<readonly FormerRow[]> {
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<FormerRow>(
    `select n.bill_id as "billId", n.generation, b.total_minor as "amountMinor", n.state,
            coalesce(a.accepted, false) as accepted,
            n.unknown_outcomes > 0 or coalesce(a.unknown, false)
              or n.state = 'CANCELLED' and n.reason <> '${runCancelled}' and n.seq > coalesce(a.last_seq, 0)
              or exists (select from dead_letters d
                          where d.bill_id = n.bill_id and d.generation = n.generation and d.cause = 'unknown-outcome')
              as unsettled
       from notifications n
      cross join lateral (
        select total_minor from bills
         where bill_id = n.bill_id and generation = n.generation and partition_index = n.partition_index
           and bill_id >= $2 and bill_id < $3
         limit 1) b
       left join lateral (
         select bool_or(outcome = 'accepted' and not bounced) as accepted,
                bool_or(outcome = 'unknown' and not bounced) as unknown, max(seq) as last_seq
           from notification_attempts t
          cross join lateral (
            select exists (select from receipts r
                            where r.bill_id = t.bill_id and r.generation = t.generation and r.channel = t.channel
                              and r.message_generation = t.message_generation and r.kind = 'hard-bounce') as bounced) r
          where t.bill_id = n.bill_id and t.generation = n.generation and t.bill_id >= $2 and t.bill_id < $3) a on true
      where n.generation < $1 and n.bill_id >= $2 and n.bill_id < $3 and n.bill_id = any($4::bigint[])`,
    [generation, from, to, billIds],
  );
  return rows;
}
