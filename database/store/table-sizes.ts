import type { Queryable } from "../../platform/postgres.ts";

/** A table with its indexes, and with its leaves where it has some. */
export interface TableSize {
  readonly table: string;
  readonly bytes: number;
  /** As the last vacuum or analyze left it. */
  readonly rowsAbout: number;
  readonly leaves: number;
}

/** Every table of ours, the largest first; sizes as of now, rows as of the last vacuum. */
export async function tableSizes(client: Queryable): Promise<readonly TableSize[]> {
  const { rows } = await client.query<TableSize>(
    `select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as "table",
            sum(pg_total_relation_size(c.oid))::bigint as bytes,
            coalesce(sum(greatest(c.reltuples, 0)) filter (where c.relkind = 'r'), 0)::bigint as "rowsAbout",
            count(*) filter (where c.relispartition and c.relkind = 'r')::int as leaves
       from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      group by 1
      order by bytes desc, 1`,
  );
  return rows;
}
