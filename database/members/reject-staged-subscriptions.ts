import type { Queryable } from "../../platform/postgres.ts";

/** Moves staged rows of accounts that nobody recorded to the rejects. */
export async function rejectUnknownAccounts(client: Queryable): Promise<void> {
  await client.query(
    `with bad as (
       delete from stage_subscriptions s
       where not exists (select from accounts known where known.id = s.account_id)
       returning line, account_id, original)
     insert into import_rejects
     select line, 'account', 'no such account; import accounts first', account_id::text, original from bad`,
  );
}

/** Of staged rows with one subscription number, keeps the first and moves the others to the rejects. */
export async function rejectRepeatedSubscriptions(client: Queryable): Promise<void> {
  await client.query(
    `with repeated as (
       select id, min(line) as first_line from stage_subscriptions group by id having count(*) > 1),
     bad as (
       delete from stage_subscriptions s using repeated r
       where s.id = r.id and s.line > r.first_line
       returning s.line, s.id, s.original, r.first_line)
     insert into import_rejects
     select line, 'subscription', 'stands on line ' || first_line || ' already', id::text, original from bad`,
  );
}

/** Moves staged rows that contradict what can never change of a subscription or of its contract to the rejects. */
export async function rejectContradictedSubscriptions(client: Queryable): Promise<void> {
  await client.query(
    `with bad as (
       delete from stage_subscriptions s using subscriptions b
       where b.id = s.id and (b.account_id, b.plan, b.started_on) is distinct from (s.account_id, s.plan, s.started_on)
       returning s.line, s.id, s.original, concat_ws(', ',
         case when b.account_id <> s.account_id then 'account' end,
         case when b.plan <> s.plan then 'plan' end,
         case when b.started_on <> s.started_on then 'started_on' end) as differing)
     insert into import_rejects
     select line, 'subscription', 'is recorded already with another ' || differing
              || '; end it and import the change as a new subscription', id::text, original from bad`,
  );
  await client.query(
    `with bad as (
       delete from stage_subscriptions s using contracts c
       where c.subscription_id = s.id and c.started_on = s.contract_started_on and c.months <> s.contract_months
       returning s.line, s.contract_months, s.original, c.months)
     insert into import_rejects
     select line, 'contract_months', 'the contract of that day is recorded with ' || months, contract_months::text,
            original from bad`,
  );
}
