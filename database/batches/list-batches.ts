import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "../generations/address.ts";

/** The standard log row of a batch (ST9). */
export interface Batch {
  readonly id: number;
  readonly job: string;
  /** `YYYY-MM`; null = about no month. */
  readonly period: string | null;
  readonly generation: number | null;
  readonly partitionIndex: number | null;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly seconds: number;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** `failed`: as a whole; its counts are 0. */
  readonly state: "succeeded" | "failed";
  readonly errorCode: string | null;
  readonly detail: string;
}

/** Which batches. */
export interface BatchFilter {
  readonly job?: string | undefined;
  /** `YYYY-MM`. */
  readonly period?: string | undefined;
  readonly generation?: number | undefined;
  /** Only those that failed, or in which something failed. */
  readonly failed: boolean;
  /** Only those before this one. */
  readonly before: number | undefined;
}

/** Batches, newest first. */
export async function listBatches(client: Queryable, filter: BatchFilter, limit: number): Promise<Batch[]> {
  const { job, period, generation, failed, before } = filter;
  const { rows } = await client.query<Batch>(
    `select id, job, to_char(period, 'YYYY-MM') as period, generation, partition_index as "partitionIndex",
       started_at as "startedAt", finished_at as "finishedAt",
       round(extract(epoch from finished_at - started_at), 3)::float8 as seconds, total, succeeded, failed, state,
       error_code as "errorCode", detail
     from batch_log
     where ($1::text is null or job = $1) and ($2::date is null or period = $2)
       and ($3::int is null or generation = $3) and (not $4 or failed > 0 or state = 'failed') and ($5::bigint is null or id < $5)
     order by id desc limit $6`,
    [
      job ?? null,
      period === undefined ? null : periodDate(period),
      generation ?? null,
      failed,
      before ?? null,
      limit,
    ],
  );
  return rows;
}
