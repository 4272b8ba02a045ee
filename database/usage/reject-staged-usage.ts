import type { Queryable } from "../../platform/postgres.ts";

/** Moves staged rows that name a subscription or a meter which nobody recorded to the rejects. */
export async function rejectUnknownReferences(client: Queryable): Promise<void> {
  await client.query(
    `with bad as (
       delete from stage_usage s
       where not exists (select from subscriptions known where known.id = s.subscription_id)
       returning line, subscription_id, original)
     insert into import_rejects
     select line, 'subscription', 'no such subscription; import subscriptions first', subscription_id::text, original
     from bad`,
  );
  await client.query(
    `with bad as (
       delete from stage_usage s
       where not exists (select from meters known where known.code = s.meter)
       returning line, meter, original)
     insert into import_rejects
     select line, 'meter', 'no such meter in any recorded tariff', meter, original from bad`,
  );
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
