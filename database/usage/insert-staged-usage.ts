import type { Queryable } from "../../platform/postgres.ts";

/** Months (`YYYY-MM-01`) that staged rows fall in, in order. */
export async function stagedPeriods(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ period: string }>(
    "select period::text as period from stage_usage group by stage_usage.period order by stage_usage.period",
  );
  return rows.map((row) => row.period);
}

/** Loads checked rows; those that are recorded already stay as they are. Returns how many were new. */
export async function insertStagedUsage(client: Queryable, periods: readonly string[]): Promise<number> {
  const { rowCount } = await client.query(
    `insert into usage_records (period, subscription_id, started_at, received_at, quantity_milli, meter_id, bucket,
       record_id)
     select s.period, s.subscription_id, s.started_at, clock_timestamp(), s.quantity_milli, m.id, b.bucket, s.record_id
     from stage_usage s
     join subscriptions b on b.id = s.subscription_id
     join meters m on m.code = s.meter
     where s.period = any($1::date[])
     on conflict (period, bucket, record_id) do nothing`,
    [periods],
  );
  return rowCount ?? 0;
}
