import type { Queryable } from "../../platform/postgres.ts";

/** Connections of one process of ours. */
export interface ApplicationConnections {
  /** As the process calls itself. */
  readonly application: string;
  readonly connections: number;
}

/** Who is connected to this database, the most first. */
export async function applicationConnections(client: Queryable): Promise<readonly ApplicationConnections[]> {
  const { rows } = await client.query<ApplicationConnections>(
    `select coalesce(nullif(application_name, ''), 'unnamed') as application, count(*)::int as connections
       from pg_stat_activity where datname = current_database()
      group by 1 order by 2 desc, 1`,
  );
  return rows;
}
