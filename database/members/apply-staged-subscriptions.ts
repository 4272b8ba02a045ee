import type { Queryable } from "../../platform/postgres.ts";

/** Number of the stage's rows by what they change. */
export interface StageOutcome {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
}

/**
 * Compares the checked stage with what is recorded, in the transaction's own table `subscription_changes`: one row for each staged
 * line, with the names of the columns that change.
 */
export async function compareSubscriptions(client: Queryable): Promise<StageOutcome> {
  await client.query(
    `create temp table subscription_changes on commit drop as
     select s.line, s.id, b.id is null as is_new, array_remove(array[
       case when b.id is not null and b.ended_on is distinct from s.ended_on then 'ended_on' end,
       case when s.contract_months is not null and c.id is null then 'contract' end,
       case when c.id is not null and c.terminated_on is distinct from s.contract_terminated_on
            then 'contract_terminated_on' end,
       case when exists (select from stage_add_ons a
                         left join add_ons o on o.subscription_id = s.id and o.code = a.code and o.started_on = a.started_on
                         where a.line = s.line and (o.id is null or o.ended_on is distinct from a.ended_on))
            then 'add_ons' end], null) as changed
     from stage_subscriptions s
     left join subscriptions b on b.id = s.id
     left join contracts c on c.subscription_id = s.id and c.started_on = s.contract_started_on`,
  );
  const { rows } = await client.query<StageOutcome>(
    `select count(*) filter (where is_new) as inserted,
            count(*) filter (where not is_new and changed <> '{}') as updated,
            count(*) filter (where not is_new and changed = '{}') as unchanged
     from subscription_changes`,
  );
  return rows[0] ?? { inserted: 0, updated: 0, unchanged: 0 };
}

/** Writes what `compareSubscriptions` found; every update leaves an audit row that names the columns. */
export async function applySubscriptions(client: Queryable, fileName: string): Promise<void> {
  await client.query(
    `insert into subscriptions (id, account_id, bucket, plan, started_on, ended_on, recorded_at)
     select s.id, s.account_id, a.bucket, s.plan, s.started_on, s.ended_on, clock_timestamp()
     from stage_subscriptions s join subscription_changes c on c.line = s.line and c.is_new
     join accounts a on a.id = s.account_id`,
  );
  await client.query(
    `update subscriptions b set ended_on = s.ended_on
     from stage_subscriptions s join subscription_changes c on c.line = s.line
     where b.id = s.id and 'ended_on' = any(c.changed)`,
  );
  await applyContracts(client);
  await applyAddOns(client);
  await client.query(
    `insert into audit_log (actor, action, subject, detail)
     select 'import', 'subscription.updated', 'subscription:' || id,
            jsonb_build_object('file', $1::text, 'line', line, 'changed', changed)
     from subscription_changes where not is_new and changed <> '{}'`,
    [fileName],
  );
}

async function applyContracts(client: Queryable): Promise<void> {
  await client.query(
    `update contracts k set terminated_on = s.contract_terminated_on
     from stage_subscriptions s join subscription_changes c on c.line = s.line
     where 'contract_terminated_on' = any(c.changed) and k.subscription_id = s.id
       and k.started_on = s.contract_started_on`,
  );
  await client.query(
    `insert into contracts (subscription_id, bucket, months, started_on, terminated_on, recorded_at)
     select s.id, b.bucket, s.contract_months, s.contract_started_on, s.contract_terminated_on, clock_timestamp()
     from stage_subscriptions s
     join subscription_changes c on c.line = s.line and 'contract' = any(c.changed)
     join subscriptions b on b.id = s.id`,
  );
}

async function applyAddOns(client: Queryable): Promise<void> {
  await client.query(
    `update add_ons o set ended_on = a.ended_on
     from stage_add_ons a join stage_subscriptions s on s.line = a.line
     where o.subscription_id = s.id and o.code = a.code and o.started_on = a.started_on
       and o.ended_on is distinct from a.ended_on`,
  );
  await client.query(
    `insert into add_ons (subscription_id, bucket, code, started_on, ended_on, recorded_at)
     select s.id, b.bucket, a.code, a.started_on, a.ended_on, clock_timestamp()
     from stage_add_ons a
     join stage_subscriptions s on s.line = a.line
     join subscriptions b on b.id = s.id
     on conflict (subscription_id, code, started_on) do nothing`,
  );
}
