import type { Queryable } from "../../platform/postgres.ts";

/** What providers told lately. */
export interface ReceiptCounts {
  /** So many of the newest were counted. */
  readonly newest: number;
  readonly since: Date | null;
  /** Receipts whose message nobody knows yet; at most as many as `newest` may be. */
  readonly waiting: number;
  readonly counts: readonly {
    readonly source: string;
    readonly channel: string;
    readonly kind: string;
    readonly effect: string | null;
    readonly receipts: number;
  }[];
}

/** Counts the newest receipts, at most so many: a month has a million, and what they say changes by the hour. */
export async function receiptCounts(client: Queryable, atMost: number): Promise<ReceiptCounts> {
  const { rows } = await client.query<ReceiptCounts["counts"][number] & { readonly since: Date }>(
    `select source, channel, kind, effect, count(*)::int as receipts, min(received_at) as since
       from (select source, channel, kind, effect, received_at from receipts order by id desc limit $1) newest
      group by 1, 2, 3, 4 order by receipts desc, 1, 2, 3, 4`,
    [atMost],
  );
  const waiting = await client.query<{ waiting: number }>(
    `select count(*)::int as waiting from (select from receipts where effect is null limit $1) unknown`,
    [atMost],
  );
  const times = rows.map(({ since }) => since.getTime());
  return {
    newest: rows.reduce((sum, { receipts }) => sum + receipts, 0),
    since: times.length === 0 ? null : new Date(Math.min(...times)),
    waiting: waiting.rows[0]?.waiting ?? 0,
    counts: rows.map(({ source, channel, kind, effect, receipts }) => ({
      ...{ source, channel, kind, effect, receipts },
    })),
  };
}
