import type { Queryable } from "../../platform/postgres.ts";

/** So many commands a policy remembers: a try that comes again later than that finds it changed, and writes nothing. */
const remembered = 20;

/** A policy as one machine keeps it. */
export interface StoredPolicy {
  readonly name: string;
  /** Not yet checked. */
  readonly spec: unknown;
  /** Raised by each change of the spec. */
  readonly generation: number;
  readonly updatedAt: Date;
}

/** The policy of that name, or (null) every one, by name; in a cluster there are none, for the API server has them. */
export async function listNotificationPolicies(
  client: Queryable,
  name: string | null,
): Promise<readonly StoredPolicy[]> {
  const { rows } = await client.query<StoredPolicy>(
    `select name, spec, generation, updated_at as "updatedAt" from notification_policies
      where $1::text is null or name = $1 order by name`,
    [name],
  );
  return rows;
}

/** Keeps a new policy for a command, once; false = the name is taken. */
export async function createOrderedPolicy(
  client: Queryable,
  { name, spec }: { readonly name: string; readonly spec: object },
  commandId: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into notification_policies (name, spec, commands) values ($1, $2, array[$3::text])
     on conflict (name) do nothing`,
    [name, spec, commandId],
  );
  return rowCount === 1 || (await wasWritten(client, name, commandId));
}

/** Writes a policy for a command, once, if it is still the generation that the command has seen; false = it is not. */
export async function changeOrderedPolicy(
  client: Queryable,
  policy: { readonly name: string; readonly spec: object; readonly generation: number },
  commandId: string,
): Promise<boolean> {
  const { name, spec, generation } = policy;
  const { rowCount } = await client.query(
    `update notification_policies
        set spec = $2::jsonb, generation = generation + (spec <> $2::jsonb)::int, updated_at = clock_timestamp(),
            commands = (commands || $4::text)[greatest(1, cardinality(commands) + 2 - ${remembered}):]
      where name = $1 and generation = $3 and $4 <> all (commands)`,
    [name, JSON.stringify(spec), generation, commandId],
  );
  return rowCount === 1 || (await wasWritten(client, name, commandId));
}

async function wasWritten(client: Queryable, name: string, commandId: string): Promise<boolean> {
  const { rows } = await client.query(
    "select from notification_policies where name = $1 and $2 = any (commands)",
    [name, commandId],
  );
  return rows.length === 1;
}
