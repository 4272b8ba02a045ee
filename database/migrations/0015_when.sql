-- Up Migration

-- From when on the messages of a released generation are due at the earliest; null = since they were released.
alter table generations add column release_at timestamptz;
-- When the message was to reach its member: the release, the send day, a reservation, an order. Billing clock. The deadline
-- counts from here, for due_at moves with every retry. Null = from before there was one: due_at stands in.
alter table notifications add column wanted_at timestamptz;
grant update (wanted_at) on notifications to billing_admin;
-- The operator says whether a reserved release has come.
grant select on billing_clock to billing_operator;

-- Messages under way that have passed their deadline. When each is due is none of the operator's business: it gets the number.
-- While the billing clock is the machine's and no deadline of the generation can have passed, nothing is counted.
create function overdue_messages(month date, number smallint, within_ms bigint) returns bigint
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  first_id constant bigint := to_char(month, 'YYYYMM')::bigint * 10000000000;
  next_id constant bigint := to_char(month + interval '1 month', 'YYYYMM')::bigint * 10000000000;
  late_since constant timestamptz := billing_now() - within_ms * interval '1 millisecond';
  released timestamptz;
  overdue bigint;
begin
  select g.released_at into released from generations g where g.period = month and g.number = overdue_messages.number;
  if within_ms = 0 or released is null then return 0; end if;
  if released > late_since and (select clock_offset = interval '0' from billing_clock) then return 0; end if;
  execute format(
    'select count(*) from notifications
      where generation = $1 and bill_id >= %s and bill_id < %s and state in (''SCHEDULED'', ''QUEUED'', ''SENDING'', ''UNKNOWN'')
        and greatest(coalesce(wanted_at, due_at), case when (select clock_offset = interval ''0'' from billing_clock) then $2 end) < $3',
    first_id, next_id) into overdue using number, released, late_since;
  return overdue;
end $$;
alter function overdue_messages(date, smallint, bigint) owner to billing_settlement;
revoke execute on function overdue_messages(date, smallint, bigint) from public;
grant execute on function overdue_messages(date, smallint, bigint) to billing_operator, billing_settlement;

-- Which server this is. A dump that was loaded elsewhere has another system identifier, and whatever was recovered or
-- promoted another timeline. The name of the WAL file being written tells it at once, the control file only after the next checkpoint.
create function server_identity(out system_identifier text, out timeline integer) language sql stable as $$
  select control.system_identifier::text,
         case when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
              else ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer end
    from pg_control_system() control
$$;

-- Whether delivery may go on in this database: the server that a person, or the installation, has armed it on. A database
-- from a backup takes messages for unsent that have gone out since, so on any other server it is held.
create table delivery_arming (
  only_row boolean primary key default true check (only_row),
  system_identifier text not null,
  timeline integer not null,
  -- A standby that was promoted raises the timeline too. True = with synchronous replication nothing is lost by that.
  trusts_failover boolean not null default false,
  -- Why it is held on the armed server too; null = it is not.
  held_cause text check (held_cause in ('by-order', 'went-back')),
  changed_by text not null,
  reason text not null,
  changed_at timestamptz not null default clock_timestamp()
);
-- A fresh installation, and one that is upgraded, is armed where it is.
insert into delivery_arming (system_identifier, timeline, changed_by, reason)
select system_identifier, timeline, 'migration', 'installed' from server_identity();

-- Null = armed; else why nothing is dispatched or claimed.
create function delivery_hold() returns text language sql stable as $$
  select case when a.system_identifier is null then 'never-armed'
              when a.held_cause is not null then a.held_cause
              when a.system_identifier <> s.system_identifier then 'other-server'
              when a.timeline <> s.timeline and not (a.trusts_failover and s.timeline > a.timeline) then 'other-timeline' end
    from server_identity() s left join delivery_arming a on true
$$;
grant select on delivery_arming
  to billing_dispatcher, billing_consumer, billing_operator, billing_settlement, billing_admin;
grant insert, update on delivery_arming to billing_admin;
-- Who notices that the server has gone back to an earlier state holds delivery, and can never arm it.
grant update (held_cause, changed_by, reason, changed_at) on delivery_arming to billing_dispatcher, billing_consumer;
create function refuse_release_by_processes() returns trigger language plpgsql as $$
begin
  -- Whichever login it has: who may not say where delivery is armed may not let it go on.
  if new.held_cause is distinct from 'went-back' and not has_column_privilege(tg_relid, 'timeline', 'update') then
    raise exception 'a process may hold delivery, and not arm it' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger delivery_arming_is_for_people before update on delivery_arming
  for each row execute function refuse_release_by_processes();

-- Down Migration
drop function delivery_hold();
drop table delivery_arming;
drop function refuse_release_by_processes();
drop function server_identity();
drop function overdue_messages(date, smallint, bigint);
revoke select on billing_clock from billing_operator;
alter table notifications drop column wanted_at;
alter table generations drop column release_at;
