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
}

/** Reads how this database is armed: one row, and what the server says of itself. */
export async function readArming(client: Queryable): Promise<Arming> {
  const { rows } = await client.query<Arming>(
    `select delivery_hold() as hold, s.system_identifier || '/' || s.timeline as server,
            case when not pg_is_in_recovery() then (pg_current_wal_flush_lsn() - '0/0')::bigint end as "flushedBytes"
       from server_identity() s`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a function always has a row");
  return row;
}
