import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "./address.ts";

/** What a batch is about; null = no month, no generation, no partition of one. */
export interface BatchSubject {
  readonly job: string;
  readonly period: string | null;
  readonly generation: number | null;
  readonly partitionIndex: number | null;
}

/** What came of a batch. */
export interface BatchCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly detail: string;
}

/** The standard log row of a batch (requirement ST9). */
export interface BatchRow extends BatchSubject, BatchCounts {
  readonly startedAt: Date;
  /** Why it failed as a whole, as a code; absent = it succeeded, though single ones may have failed. */
  readonly errorCode?: string;
}

/** Appends the row; its end is now. In the transaction of the work, the row of a success is there exactly when the work is. */
export async function recordBatch(client: Queryable, row: BatchRow): Promise<void> {
  const { job, period, generation, partitionIndex, startedAt, errorCode = null } = row;
  await client.query(
    `insert into batch_log (job, period, generation, partition_index, started_at, total, succeeded, failed, detail,
                            state, error_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $10::text is null then 'succeeded' else 'failed' end, $10)`,
    [
      ...[job, period === null ? null : periodDate(period), generation, partitionIndex, startedAt],
      ...[row.total, row.succeeded, row.failed, row.detail, errorCode],
    ],
  );
}

/** A job that is about no month. */
export function withoutMonth(job: string): BatchSubject {
  return { job, period: null, generation: null, partitionIndex: null };
}

/** What one thing counts as that was done. */
export const onceDone: BatchCounts = { total: 1, succeeded: 1, failed: 0, detail: "" };
