import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";

/** One end of a send, without whom it went to. */
export interface RecentAttempt {
  /** `bill:generation:seq`; an attempt has one for good, so that who asks again can leave out what it knows. */
  readonly id: string;
  readonly billId: number;
  readonly generation: number;
  readonly messageGeneration: number;
  readonly channel: string;
  readonly provider: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly detail: string;
  /** Billing clock. */
  readonly endedAt: Date;
  readonly durationMs: number;
}

/** Months that are looked at: retries and resends of older ones are rare, and stand in their timelines. */
const monthsBack = 3;
/** Pages at the end of a month's table that are read: some 4,000 attempts. */
const tailPages = 64;

/**
 * The newest attempts, the newest first; not those that ended before `since` [all]. Attempts are only ever added, at the end
 * of their month's table, so the last pages of it are read by their place: some milliseconds, and no index to keep.
 * An attempt appears when its result is written, a moment after its end: ask with an overlap, and tell them apart by `id`.
 */
export async function recentAttempts(
  client: Queryable,
  { since = null, limit }: { readonly since?: Date | null; readonly limit: number },
): Promise<readonly RecentAttempt[]> {
  const tails = await newestTails(client);
  if (tails.length === 0) return [];
  const values: unknown[] = [since, limit];
  const { rows } = await client.query<RecentAttempt>(
    `select "billId" || ':' || generation || ':' || seq as id, "billId", generation, "messageGeneration", channel, provider,
            attempt, outcome, detail, "endedAt", "durationMs"
       from (${tails.map((tail) => tailQuery(tail, values)).join(" union all ")}) newest
      where $1::timestamptz is null or "endedAt" >= $1
      order by "endedAt" desc, id
      limit $2`,
    values,
  );
  return rows;
}

interface Tail {
  readonly period: string;
  readonly fromPage: number;
}

async function newestTails(client: Queryable): Promise<readonly Tail[]> {
  const { rows } = await client.query<Tail>(
    `select replace(right(c.relname, 7), '_', '-') as period,
            greatest(pg_relation_size(c.oid) / current_setting('block_size')::bigint - $1, 0)::int as "fromPage"
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'notification_attempts'::regclass
      order by 1 desc
      limit $2`,
    [tailPages, monthsBack],
  );
  return rows;
}

function tailQuery({ period, fromPage }: Tail, values: unknown[]): string {
  const { from, to } = billIdRange(period);
  return `select bill_id as "billId", generation, seq, message_generation as "messageGeneration", channel, provider, attempt,
                 outcome, detail, started_at + duration_ms * interval '1 millisecond' as "endedAt", duration_ms as "durationMs"
            from notification_attempts
           where bill_id >= ${from} and bill_id < ${to} and ctid >= $${values.push(`(${fromPage},0)`)}::tid`;
}
