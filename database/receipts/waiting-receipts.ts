import type { Queryable } from "../../platform/postgres.ts";
import type { JudgedReceipt, Receipt } from "./receipt-row.ts";

/** A receipt that came before the result that names its message, and is known by that now. */
export interface WaitingReceipt extends Receipt {
  readonly id: number;
  readonly source: string;
}

/**
 * Receipts that waited and whose provider's number has been named since, at most `limit`, the oldest first, locked until
 * the transaction ends; those that another process holds are skipped.
 */
export async function lockNamedReceipts(
  client: Queryable,
  limit: number,
): Promise<readonly WaitingReceipt[]> {
  const { rows } = await client.query<WaitingReceipt>(
    `select r.id, r.source, r.event_id as "eventId", r.kind, r.code, r.channel, null as message,
            r.provider_message_id as "providerMessageId",
            extract(epoch from r.occurred_at)::float8 * 1000 as "occurredAtMs"
       from receipts r
      where r.effect is null
        and exists (select from notification_attempts a
                     where a.provider_message_id = r.provider_message_id and a.outcome = 'accepted'
                       and a.channel = r.channel)
      order by r.id
      limit $1
        for update of r skip locked`,
    [limit],
  );
  return rows;
}

/** Writes what became of receipts that waited. */
export async function settleWaiting(
  client: Queryable,
  settled: readonly { readonly id: number; readonly judged: JudgedReceipt }[],
): Promise<void> {
  await client.query(
    `update receipts r
        set bill_id = s.bill_id, generation = s.generation, message_generation = s.message_generation,
            effect = s.effect, from_state = s.from_state::notification_state,
            to_state = s.to_state::notification_state
       from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::text[], $6::text[], $7::text[])
         as s(id, bill_id, generation, message_generation, effect, from_state, to_state)
      where r.id = s.id`,
    [
      settled.map(({ id }) => id),
      settled.map(({ judged }) => judged.message?.billId ?? null),
      settled.map(({ judged }) => judged.message?.generation ?? null),
      settled.map(({ judged }) => judged.message?.messageGeneration ?? null),
      settled.map(({ judged }) => judged.effect),
      settled.map(({ judged }) => judged.fromState),
      settled.map(({ judged }) => judged.toState),
    ],
  );
}

/** Receipts that have waited for longer than `patienceMs` (machine clock) are of no message of ours. Returns how many. */
export async function giveUpWaiting(client: Queryable, patienceMs: number): Promise<number> {
  const { rowCount } = await client.query(
    `update receipts set effect = 'unknown-message'
      where effect is null and received_at < clock_timestamp() - $1 * interval '1 millisecond'`,
    [patienceMs],
  );
  return rowCount ?? 0;
}

/** How many receipts wait for their message. */
export async function countWaiting(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>(
    "select count(*) as waiting from receipts where effect is null",
  );
  return rows[0]?.waiting ?? 0;
}
