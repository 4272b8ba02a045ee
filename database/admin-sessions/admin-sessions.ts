import type { Queryable } from "../../platform/postgres.ts";

/** A session as the table keeps it: hashes, never the tokens. */
export interface SessionRow {
  readonly actor: string;
  readonly roles: readonly string[];
  readonly csrfHash: Buffer;
}

/** Keeps a new session; whatever has run out goes away on the way. */
export async function insertSession(
  client: Queryable,
  tokenHash: Buffer,
  { actor, roles, csrfHash }: SessionRow,
  hours: number,
): Promise<void> {
  await client.query("delete from admin_sessions where expires_at < clock_timestamp()");
  await client.query(
    `insert into admin_sessions (token_hash, actor, roles, csrf_hash, expires_at)
     values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 hour')`,
    [tokenHash, actor, roles, csrfHash, hours],
  );
}

/** The session of a token; null when there is none, it has run out, or nobody used it for `idleMinutes`. */
export async function findSession(
  client: Queryable,
  tokenHash: Buffer,
  idleMinutes: number,
): Promise<SessionRow | null> {
  const { rows } = await client.query<SessionRow & { stale: boolean }>(
    `select actor, roles, csrf_hash as "csrfHash", seen_at < clock_timestamp() - interval '1 minute' as stale
       from admin_sessions
      where token_hash = $1 and expires_at > clock_timestamp()
        and seen_at > clock_timestamp() - $2 * interval '1 minute'`,
    [tokenHash, idleMinutes],
  );
  const [found] = rows;
  if (found === undefined) return null;
  // Once a minute is enough to know whether somebody is there.
  if (found.stale) {
    await client.query("update admin_sessions set seen_at = clock_timestamp() where token_hash = $1", [
      tokenHash,
    ]);
  }
  return found;
}

/** Ends a session. */
export async function deleteSession(client: Queryable, tokenHash: Buffer): Promise<void> {
  await client.query("delete from admin_sessions where token_hash = $1", [tokenHash]);
}

/** Whether a session still stands, without taking the question for use of it. */
export async function sessionStands(
  client: Queryable,
  tokenHash: Buffer,
  idleMinutes: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from admin_sessions
      where token_hash = $1 and expires_at > clock_timestamp()
        and seen_at > clock_timestamp() - $2 * interval '1 minute'`,
    [tokenHash, idleMinutes],
  );
  return rowCount === 1;
}
