import type { Queryable } from "../../platform/postgres.ts";

/** What the batch log holds of one job. */
export interface BatchSums {
  readonly job: string;
  readonly state: "succeeded" | "failed";
  readonly batches: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly seconds: number;
}

/** Adds the batch log up by job and state: some hundred rows a month. */
export async function batchSums(client: Queryable): Promise<readonly BatchSums[]> {
  const { rows } = await client.query<BatchSums>(
    `select job, state, count(*) as batches, sum(succeeded)::bigint as succeeded, sum(failed)::bigint as failed,
            sum(greatest(0, extract(epoch from finished_at - started_at)))::float8 as seconds
       from batch_log group by job, state order by job, state`,
  );
  return rows;
}
