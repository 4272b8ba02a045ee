import type { Queryable } from "../../platform/postgres.ts";
import type { StageOutcome } from "./apply-staged-subscriptions.ts";

/**
 * Compares the checked stage with what is recorded, in the transaction's own table `account_changes`: one row for each staged line, with
 * the names of the columns that change. `contact_changes` must be filled.
 */
export async function compareAccounts(client: Queryable): Promise<StageOutcome> {
  await client.query(
    `create temp table account_changes on commit drop as
     select s.line, s.account_id, s.member_id, a.id is null as is_new, m.id is null as is_new_member,
       array_remove(array[
         case when a.member_id <> s.member_id then 'member' end,
         case when a.currency <> s.currency then 'currency' end,
         case when a.joined_on <> s.joined_on then 'joined_on' end,
         case when a.birthday <> s.birthday then 'birthday' end,
         case when a.welfare_class <> s.welfare_class then 'welfare_class' end,
         case when a.id is not null and a.family_id is distinct from s.family_id then 'family' end],
         null) as account_changed,
       coalesce(c.changed, '{}') || array_remove(array[
         case when m.language <> s.language then 'language' end,
         case when m.time_zone <> s.time_zone then 'time_zone' end,
         case when m.id is not null and m.send_day is distinct from s.send_day then 'send_day' end,
         case when m.id is not null and (m.quiet_start, m.quiet_end) is distinct from (s.quiet_start, s.quiet_end)
              then 'quiet_hours' end,
         case when m.id is not null and m.preferred_channel is distinct from s.preferred_channel
              then 'preferred_channel' end],
         null) as member_changed,
       a.bucket as old_bucket, bucket_of(coalesce(s.family_id, s.account_id)) as bucket
     from stage_accounts s
     left join accounts a on a.id = s.account_id
     left join members m on m.id = s.member_id
     left join contact_changes c on c.member_id = s.member_id`,
  );
  const { rows } = await client.query<StageOutcome>(
    `select count(*) filter (where is_new) as inserted,
            count(*) filter (where not is_new and account_changed || member_changed <> '{}') as updated,
            count(*) filter (where not is_new and account_changed || member_changed = '{}') as unchanged
     from account_changes`,
  );
  return rows[0] ?? { inserted: 0, updated: 0, unchanged: 0 };
}

/** Writes what `compareAccounts` found; every update leaves an audit row that names the columns, never the values. */
export async function applyAccounts(client: Queryable, fileName: string): Promise<void> {
  await applyMembers(client);
  await client.query(
    `insert into families (id) select distinct family_id from stage_accounts where family_id is not null
     on conflict (id) do nothing`,
  );
  await client.query(
    `insert into accounts (id, member_id, family_id, currency, joined_on, birthday, welfare_class, recorded_at)
     select s.account_id, s.member_id, s.family_id, s.currency, s.joined_on, s.birthday, s.welfare_class,
       clock_timestamp()
     from stage_accounts s join account_changes c on c.line = s.line and c.is_new`,
  );
  await client.query(
    `update accounts a set member_id = s.member_id, family_id = s.family_id, currency = s.currency,
       joined_on = s.joined_on, birthday = s.birthday, welfare_class = s.welfare_class
     from stage_accounts s join account_changes c on c.line = s.line
     where a.id = s.account_id and not c.is_new and c.account_changed <> '{}'`,
  );
  await client.query(
    `insert into audit_log (actor, action, subject, detail)
     select 'import', 'account.updated', 'account:' || account_id,
            jsonb_build_object('file', $1::text, 'line', line, 'changed', account_changed)
     from account_changes where not is_new and account_changed <> '{}'
     union all
     select distinct on (member_id) 'import', 'member.updated', 'member:' || member_id,
            jsonb_build_object('file', $1::text, 'line', line, 'changed', member_changed)
     from account_changes where not is_new_member and member_changed <> '{}'`,
    [fileName],
  );
}

async function applyMembers(client: Queryable): Promise<void> {
  await client.query(
    `insert into members (id, name_encrypted, email_encrypted, phone_encrypted, email_index, phone_index, language,
       time_zone, send_day, quiet_start, quiet_end, preferred_channel, push_token_encrypted, push_token_index)
     select distinct on (s.member_id) s.member_id, s.name_encrypted, s.email_encrypted, s.phone_encrypted,
       s.email_index, s.phone_index, s.language, s.time_zone, s.send_day, s.quiet_start, s.quiet_end,
       s.preferred_channel, s.push_token_encrypted, s.push_token_index
     from stage_accounts s join account_changes c on c.line = s.line and c.is_new_member
     order by s.member_id, s.line`,
  );
  await client.query(
    `update members m set name_encrypted = s.name_encrypted, email_encrypted = s.email_encrypted,
       phone_encrypted = s.phone_encrypted, email_index = s.email_index, phone_index = s.phone_index,
       language = s.language, time_zone = s.time_zone, send_day = s.send_day, quiet_start = s.quiet_start,
       quiet_end = s.quiet_end, preferred_channel = s.preferred_channel,
       push_token_encrypted = case when s.tells_push_token = 1 then s.push_token_encrypted else m.push_token_encrypted end,
       push_token_index = case when s.tells_push_token = 1 then s.push_token_index else m.push_token_index end
     from (select distinct on (s.member_id) s.* from stage_accounts s
           join account_changes c on c.line = s.line and not c.is_new_member and c.member_changed <> '{}'
           order by s.member_id, s.line) s
     where m.id = s.member_id`,
  );
}
