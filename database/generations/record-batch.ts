import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "./address.ts";

/** The standard log row of a batch (requirement ST9). */
export interface BatchRow {
  readonly job: string;
  readonly period: string;
  readonly generation: number | null;
  readonly partitionIndex: number | null;
  readonly startedAt: Date;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly detail: string;
}

/** Appends the row; its end is now. */
export async function recordBatch(client: Queryable, row: BatchRow): Promise<void> {
  await client.query(
    `insert into batch_log (job, period, generation, partition_index, started_at, total, succeeded, failed, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.job,
      periodDate(row.period),
      row.generation,
      row.partitionIndex,
      row.startedAt,
      row.total,
      row.succeeded,
      row.failed,
      row.detail,
    ],
  );
}
