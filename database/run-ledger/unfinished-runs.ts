import type { Queryable } from "../../platform/postgres.ts";

/** A run of one machine that has something left to do, or may have. */
export interface UnfinishedRun {
  readonly name: string;
  /** Counts changes of its spec. */
  readonly specGeneration: number;
}

/** Runs of one machine that have not ended, or whose spec was changed since: a retry after a failure. */
export async function unfinishedRuns(client: Queryable): Promise<UnfinishedRun[]> {
  const { rows } = await client.query<UnfinishedRun>(
    `select name, (spec ->> 'generation')::int as "specGeneration" from bill_runs
      where spec ? 'spec'
        and (status is null or (status ->> 'observedGeneration')::int < (spec ->> 'generation')::int
             or not status -> 'conditions' @> '[{"type": "Finished", "status": "True"}]')
      order by created_at`,
  );
  return rows;
}
