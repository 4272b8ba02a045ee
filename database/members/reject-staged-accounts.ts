import type { Queryable } from "../../platform/postgres.ts";

/** Of staged rows with one account number, keeps the first and moves the others to the rejects. */
export async function rejectRepeatedAccounts(client: Queryable): Promise<void> {
  await client.query(
    `with repeated as (
       select account_id, min(line) as first_line from stage_accounts group by account_id having count(*) > 1),
     bad as (
       delete from stage_accounts s using repeated r
       where s.account_id = r.account_id and s.line > r.first_line
       returning s.line, s.account_id, s.original, r.first_line)
     insert into import_rejects
     select line, 'account', 'stands on line ' || first_line || ' already', account_id::text, original from bad`,
  );
}

/** Moves staged rows that describe a member otherwise than the file's first row of that member to the rejects. */
export async function rejectContradictedMembers(client: Queryable): Promise<void> {
  await client.query(
    `with described as (
       select line, member_id, min(line) over (partition by member_id) as first_line,
              (contact_digest, language, time_zone, send_day, quiet_start, quiet_end, preferred_channel)
                is distinct from first_value((contact_digest, language, time_zone, send_day, quiet_start, quiet_end,
                preferred_channel)) over (partition by member_id order by line) as differs
       from stage_accounts),
     bad as (
       delete from stage_accounts s using described d where s.line = d.line and d.differs
       returning s.line, s.member_id, s.original, d.first_line)
     insert into import_rejects
     select line, 'member', 'is described otherwise on line ' || first_line, member_id::text, original from bad`,
  );
}
