import type { Queryable } from "../../platform/postgres.ts";

/** How one generation of an unfinished or recent run stands, in few numbers. */
export interface GenerationStanding {
  /** `YYYY-MM`. */
  readonly period: string;
  readonly generation: number;
  readonly run: string;
  /** Of the run, where it is driven on one machine; it follows `state` a moment later. In a cluster null: its status is not here. */
  readonly phase: string | null;
  readonly state: string;
  readonly released: boolean;
  /** Partitions of it. */
  readonly total: number;
  readonly partitions: { readonly done: number; readonly running: number; readonly failed: number };
}

const newest = 12;

/** The newest generations and their partitions: cheap enough to be asked every second (some hundred rows by key). */
export async function readStanding(client: Queryable): Promise<readonly GenerationStanding[]> {
  const { rows } = await client.query<GenerationStanding>(
    `select to_char(g.period, 'YYYY-MM') as period, g.number as generation, r.name as run,
            r.status ->> 'phase' as phase, g.state,
            g.released_at is not null as released,
            (select count(*)::int from generation_partitions p
              where p.period = g.period and p.generation = g.number) as total,
            (select json_build_object('done', count(*) filter (where p.state = 'done'),
                                      'running', count(*) filter (where p.state = 'running'),
                                      'failed', count(*) filter (where p.state = 'failed'))
               from generation_partitions p
              where p.period = g.period and p.generation = g.number) as partitions
       from (select period, number, run_id, state, released_at from generations
              order by period desc, number desc limit $1) g
       join bill_runs r on r.id = g.run_id
      order by g.period desc, g.number desc`,
    [newest],
  );
  return rows;
}
