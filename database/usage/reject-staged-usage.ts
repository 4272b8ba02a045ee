import type { Queryable } from "../../platform/postgres.ts";

const references = [
  {
    ...{ field: "subscription", column: "subscription_id", known: "subscriptions", key: "id" },
    reason: "no such subscription; import subscriptions first",
  },
  {
    ...{ field: "meter", column: "meter", known: "meters", key: "code" },
    reason: "no such meter in any recorded tariff",
  },
] as const;

/** Moves staged rows that name a subscription or a meter which nobody recorded to the rejects. */
export async function rejectUnknownReferences(client: Queryable): Promise<void> {
  for (const { field, column, known, key, reason } of references) {
    await client.query(
      `with bad as (
         delete from stage_usage s
         where not exists (select from ${known} known where known.${key} = s.${column})
         returning line, ${column}::text as value, original)
       insert into import_rejects select line, $1, $2, value, original from bad`,
      [field, reason],
    );
  }
}

/** Of staged rows with one record id, keeps the first and moves the others to the rejects. */
export async function rejectRepeatedRecords(client: Queryable): Promise<void> {
  await client.query(
    `with repeated as (
       select record_id, min(line) as first_line from stage_usage group by record_id having count(*) > 1),
     bad as (
       delete from stage_usage s using repeated r
       where s.record_id = r.record_id and s.line > r.first_line
       returning s.line, s.record_id, s.original, r.first_line)
     insert into import_rejects
     select line, 'record_id', 'stands on line ' || first_line || ' already', record_id, original from bad`,
  );
}

/** Moves staged rows whose record is recorded with other values to the rejects: a record, once received, never changes. */
export async function rejectContradictedRecords(
  client: Queryable,
  periods: readonly string[],
): Promise<void> {
  // The bucket is left out on purpose: the same record id of another subscription stands in another bucket.
  await client.query(
    `with bad as (
       delete from stage_usage s using usage_records u, meters m
       where u.period = any($1::date[]) and u.period = s.period and u.record_id = s.record_id and m.id = u.meter_id
         and (u.subscription_id, m.code, u.started_at, u.quantity_milli)
             is distinct from (s.subscription_id, s.meter, s.started_at, s.quantity_milli)
       returning s.line, s.record_id, s.original, concat_ws(', ',
         case when u.subscription_id <> s.subscription_id then 'subscription' end,
         case when m.code <> s.meter then 'meter' end,
         case when u.started_at <> s.started_at then 'started_at' end,
         case when u.quantity_milli <> s.quantity_milli then 'quantity' end) as differing)
     insert into import_rejects
     select line, 'record_id', 'is recorded already with another ' || differing, record_id, original from bad`,
    [periods],
  );
}

/**
 * Moves staged rows whose event is recorded in the month before or after to the rejects: it would be billed twice. Only
 * another billing time zone puts one instant into two months. The same number at another time is another event: a source
 * may count anew each month.
 */
export async function rejectRecordsOfMonthBeside(
  client: Queryable,
  periods: readonly string[],
): Promise<void> {
  // Zones are 26 hours apart at most, so that of a month of rows some thousand are looked up, by their key.
  await client.query(
    `with bad as (
       delete from stage_usage s using subscriptions b, usage_records u
       where (s.started_at < s.period + interval '2 days' or s.started_at >= s.period + interval '1 month -2 days')
         and b.id = s.subscription_id
         and u.period = any(select (p + step)::date from unnest($1::date[]) p,
                              unnest(array[interval '-1 month', interval '1 month']) step)
         and u.period <> s.period and u.bucket = b.bucket and u.record_id = s.record_id
         and u.subscription_id = s.subscription_id and u.started_at = s.started_at
       returning s.line, s.record_id, s.original, to_char(u.period, 'YYYY-MM') as month)
     insert into import_rejects
     select line, 'record_id', 'is recorded already in ' || month || ': it was imported with another --time-zone',
       record_id, original from bad`,
    [periods],
  );
}
