import type { Queryable } from "../../platform/postgres.ts";

/** How the database stands, as its catalogue says. */
export interface StoreState {
  readonly asOf: Date;
  readonly schemaVersion: string;
  readonly databaseBytes: number;
  readonly outbox: { readonly openBatches: number; readonly oldestAt: Date | null };
  readonly commands: { readonly running: number; readonly lastDay: number; readonly rowsAbout: number };
  readonly pendingOrders: number;
  readonly sessions: number;
  /** `position` is null on a standby. */
  readonly wal: {
    readonly position: string | null;
    readonly timeline: number;
    readonly systemIdentifier: string;
  };
  readonly maxConnections: number;
}

interface Columns {
  readonly asOf: Date;
  readonly schemaVersion: string;
  readonly databaseBytes: number;
  readonly openBatches: number;
  readonly oldestAt: Date | null;
  readonly running: number;
  readonly lastDay: number;
  readonly rowsAbout: number;
  readonly pendingOrders: number;
  readonly sessions: number;
  readonly position: string | null;
  readonly timeline: number;
  readonly systemIdentifier: string;
  readonly maxConnections: number;
}

/** Reads it in one statement of the catalogue and of small tables and ranges. */
export async function storeState(client: Queryable): Promise<StoreState> {
  const { rows } = await client.query<Columns>(
    `select clock_timestamp() as "asOf",
            (select name from schema_migrations order by name desc limit 1) as "schemaVersion",
            pg_database_size(current_database()) as "databaseBytes",
            (select count(*) from outbox_batches) as "openBatches",
            (select min(created_at) from outbox_batches) as "oldestAt",
            (select count(*) from commands where created_at > clock_timestamp() - interval '1 day' and state = 'running')
              as running,
            (select count(*) from commands where created_at > clock_timestamp() - interval '1 day') as "lastDay",
            (select greatest(reltuples, 0)::bigint from pg_class where oid = 'commands'::regclass) as "rowsAbout",
            (select count(*) from delivery_orders where state = 'pending' and expires_at > clock_timestamp())
              as "pendingOrders",
            (select count(*) from admin_sessions where expires_at > clock_timestamp()) as sessions,
            case when not pg_is_in_recovery() then pg_current_wal_lsn()::text end as position,
            s.timeline, s.system_identifier as "systemIdentifier",
            current_setting('max_connections')::int as "maxConnections"
       from server_identity() s`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a function always has a row");
  const { openBatches, oldestAt, running, lastDay, rowsAbout, position, timeline, systemIdentifier } = row;
  return {
    ...{ asOf: row.asOf, schemaVersion: row.schemaVersion, databaseBytes: row.databaseBytes },
    outbox: { openBatches, oldestAt },
    commands: { running, lastDay, rowsAbout },
    ...{ pendingOrders: row.pendingOrders, sessions: row.sessions, maxConnections: row.maxConnections },
    wal: { position, timeline, systemIdentifier },
  };
}
