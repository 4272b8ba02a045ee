import pg from "pg";
import { from as copyFromQuery, to as copyToQuery } from "pg-copy-streams";
import type { Readable, Writable } from "node:stream";

// The one door to PostgreSQL. bigint columns arrive as numbers: bill ids, account numbers and amounts are all kept
// within the safe integers by their check constraints; anything beyond is refused rather than rounded.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond the safe integers`);
  return value;
});

export type Client = pg.Client;
export type Pool = pg.Pool;
/** Anything a query can be sent to: a pool, a pooled connection or a connection of its own. */
export type Queryable = Pick<pg.Client, "query">;

export interface DatabaseOptions {
  readonly url: string;
  /** Role to work under; "" = the login's own. */
  readonly role?: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

/** The server notices within a minute that a client's machine is gone, and frees its locks; by default after two hours. */
const lostClient = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

function connectionConfig(options: DatabaseOptions): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    keepAlive: true,
    options: options.role ? `-c role=${options.role} ${lostClient}` : lostClient,
  };
}

/** A connection of its own, already open. The caller ends it. */
export async function connect(options: DatabaseOptions): Promise<Client> {
  const client = new pg.Client(connectionConfig(options));
  await client.connect();
  return client;
}

export interface PoolSettings {
  readonly size: number;
  readonly onIdleError: (error: Error) => void;
  /** For a connection and for each query: a server that went away without a word is noticed by it. [no limit] */
  readonly answerWithinMs?: number;
}

/** A pool; a broken idle connection is reported to `onIdleError` and replaced at the next query. */
export function createPool(options: DatabaseOptions, settings: PoolSettings): Pool {
  const { size, answerWithinMs = 0 } = settings;
  // 0 = without end. A query that is given up takes its connection with it.
  const limits = { connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs };
  const pool = new pg.Pool({ ...connectionConfig(options), ...limits, max: size });
  pool.on("error", settings.onIdleError);
  return pool;
}

/** Runs `work` in one transaction on a pooled connection; rolls back and rethrows on any error. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: Queryable) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // The pool listens only while a connection is idle, and an error that nobody hears ends the process. The next query tells of it.
  client.on("error", unheard);
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((rollbackError: unknown) => {
      broken = rollbackError as Error;
    });
    throw error;
  } finally {
    client.off("error", unheard);
    client.release(broken);
  }
}

function unheard(): void {
  // See above.
}

/** Runs `work` in one transaction on a connection of the caller's; rolls back and rethrows on any error. */
export async function inTransactionOn<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query("begin");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** Stream of the bytes of `copy (…) to stdout`; the connection is occupied until it ends. */
export function copyOut(client: Client, sql: string): Readable {
  return client.query(copyToQuery(sql));
}

/** Stream into `copy … from stdin`; the connection is occupied until `finish`. */
export function copyIn(client: Client, sql: string): Writable {
  return client.query(copyFromQuery(sql));
}
