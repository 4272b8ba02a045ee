import type { Queryable } from "../../platform/postgres.ts";
import type { DeliveryHold } from "../run-ledger/ledger-facts.ts";

/** Which server answers, how far it has come, and whether delivery may go on there. */
export interface Arming {
  /** Why nothing is dispatched or claimed; null = armed. */
  readonly hold: DeliveryHold | null;
  /** System identifier and timeline. */
  readonly server: string;
  /** What the server has on its disk for good, in bytes of WAL; null on a standby. On one server it never falls. */
  readonly flushedBytes: number | null;
  /** When it was armed, or held, last; and now: milliseconds since 1970 by the server's own clock. */
  readonly changedAtMs: number;
  readonly readAtMs: number;
}

/** Reads how this database is armed: one row, and what the server says of itself. */
export async function readArming(client: Queryable): Promise<Arming> {
  const { rows } = await client.query<Arming>(
    `select delivery_hold() as hold, s.system_identifier || '/' || s.timeline as server,
            case when not pg_is_in_recovery() then (pg_current_wal_flush_lsn() - '0/0')::bigint end as "flushedBytes",
            coalesce(extract(epoch from a.changed_at)::float8 * 1000, 0) as "changedAtMs",
            extract(epoch from clock_timestamp())::float8 * 1000 as "readAtMs"
       from server_identity() s left join delivery_arming a on true`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a function always has a row");
  return row;
}
