-- Up Migration

-- A bill that was settled again. `follows`: an earlier generation has a message of this bill too, so what this one is (the
-- first that the member hears of it, a correction, or nothing) is found out when it is due, from what became of that one.
-- `told_minor`, `told_generation`: the amount that a former message told, or may have told, and this one corrects.
alter table notifications
  add column follows boolean not null default false,
  add column told_minor bigint,
  add column told_generation smallint;

-- How many messages stand where: rows to be added up. Each statement that moves messages adds what it changed, in its own
-- transaction, so the sums are the rows' at every commit; the dispatcher's sweep folds many rows into few.
create table notification_counts (
  id bigint generated always as identity primary key,
  period date not null,
  generation smallint not null,
  state notification_state not null,
  channel text not null,
  reason text not null,
  -- Hour in which what waits is due, billing clock; null for what does not wait.
  due_hour timestamptz,
  messages bigint not null,
  folded boolean not null default false
);
create index notification_counts_generation on notification_counts (period, generation);
create index notification_counts_unfolded on notification_counts (period, generation) where not folded;

-- Ends of sends by the minute of the billing clock in which they began; rows to be added up as above.
create table send_counts (
  id bigint generated always as identity primary key,
  period date not null,
  generation smallint not null,
  channel text not null,
  outcome text not null,
  minute timestamptz not null,
  sends bigint not null,
  duration_ms bigint not null,
  folded boolean not null default false
);
create index send_counts_generation on send_counts (period, generation, minute);
create index send_counts_unfolded on send_counts (period, generation) where not folded;

-- The month that a bill's number begins with.
create function period_of_bill(bill_id bigint) returns date language sql immutable
  as $$ select make_date((bill_id / 1000000000000)::int, (bill_id / 10000000000 % 100)::int, 1) $$;

create function due_hour_of(state notification_state, due_at timestamptz) returns timestamptz language sql immutable
  as $$ select case when state in ('SCHEDULED', 'UNKNOWN') then date_bin('1 hour', due_at, '2000-01-01Z') end $$;

-- With its owner's rights: whoever may move a message need not be able to write the counts, and cannot write them otherwise.
create function count_moved_messages() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    insert into notification_counts (period, generation, state, channel, reason, due_hour, messages)
    select period_of_bill(month * 10000000000), generation, state, channel, reason, due_hour, sum(messages)
      from (
        select bill_id / 10000000000 as month, generation, state, channel, reason, due_hour_of(state, due_at) as due_hour,
               -count(*) as messages
          from moved_from group by 1, 2, 3, 4, 5, 6
        union all
        select bill_id / 10000000000, generation, state, channel, reason, due_hour_of(state, due_at), count(*)
          from moved_to group by 1, 2, 3, 4, 5, 6
      ) changed
     group by month, generation, state, channel, reason, due_hour
    having sum(messages) <> 0;
  elsif tg_op = 'INSERT' then
    insert into notification_counts (period, generation, state, channel, reason, due_hour, messages)
    select period_of_bill(min(bill_id)), generation, state, channel, reason, due_hour_of(state, due_at), count(*)
      from moved_to group by bill_id / 10000000000, 2, 3, 4, 5, 6;
  else
    insert into notification_counts (period, generation, state, channel, reason, due_hour, messages)
    select period_of_bill(min(bill_id)), generation, state, channel, reason, due_hour_of(state, due_at), -count(*)
      from moved_from group by bill_id / 10000000000, 2, 3, 4, 5, 6;
  end if;
  return null;
end $$;

create function count_sends() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into send_counts (period, generation, channel, outcome, minute, sends, duration_ms)
  select period_of_bill(min(bill_id)), generation, channel, outcome, date_bin('1 minute', started_at, '2000-01-01Z'),
         count(*), sum(duration_ms)
    from sent group by bill_id / 10000000000, 2, 3, 4, 5;
  return null;
end $$;

-- Counts the messages of a table of one generation as it is put beside the others: no statement moved these.
create function count_attached_messages(leaf regclass) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  execute format(
    'insert into notification_counts (period, generation, state, channel, reason, due_hour, messages)
     select period_of_bill(min(bill_id)), generation, state, channel, reason, due_hour_of(state, due_at), count(*)
       from %s group by 2, 3, 4, 5, 6', leaf);
end $$;

-- Folds the rows that are committed now into one a sum, of each generation that has many: only sums that changed are written
-- anew. One statement, so one snapshot: what is being added meanwhile stays as it is. One at a time, for two would lock the
-- same rows in two orders.
create function fold_counts(at_least integer) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  many record;
begin
  if not pg_try_advisory_xact_lock(hashtext('fold_counts')) then return; end if;
  for many in select period, generation from notification_counts where not folded
               group by period, generation having count(*) >= at_least
  loop
    with changed as materialized (
      select distinct state, channel, reason, due_hour from notification_counts
       where period = many.period and generation = many.generation and not folded
    ), taken as (
      delete from notification_counts c using changed d
       where c.period = many.period and c.generation = many.generation
         and (c.state, c.channel, c.reason) = (d.state, d.channel, d.reason) and c.due_hour is not distinct from d.due_hour
      returning c.state, c.channel, c.reason, c.due_hour, c.messages
    )
    insert into notification_counts (period, generation, state, channel, reason, due_hour, messages, folded)
    select many.period, many.generation, state, channel, reason, due_hour, sum(messages), true from taken
     group by state, channel, reason, due_hour having sum(messages) <> 0;
  end loop;
  for many in select period, generation from send_counts where not folded
               group by period, generation having count(*) >= at_least
  loop
    with changed as materialized (
      select distinct channel, outcome, minute from send_counts
       where period = many.period and generation = many.generation and not folded
    ), taken as (
      delete from send_counts c using changed d
       where c.period = many.period and c.generation = many.generation
         and (c.channel, c.outcome, c.minute) = (d.channel, d.outcome, d.minute)
      returning c.channel, c.outcome, c.minute, c.sends, c.duration_ms
    )
    insert into send_counts (period, generation, channel, outcome, minute, sends, duration_ms, folded)
    select many.period, many.generation, channel, outcome, minute, sum(sends), sum(duration_ms), true from taken
     group by channel, outcome, minute;
  end loop;
end $$;

create trigger notifications_count_updates after update on notifications
  referencing old table as moved_from new table as moved_to
  for each statement execute function count_moved_messages();
create trigger notifications_count_inserts after insert on notifications
  referencing new table as moved_to for each statement execute function count_moved_messages();
create trigger notifications_count_deletes after delete on notifications
  referencing old table as moved_from for each statement execute function count_moved_messages();
create trigger notification_attempts_count after insert on notification_attempts
  referencing new table as sent for each statement execute function count_sends();

-- What was delivered before there were counts, and the indexes of tables that are there already.
do $$
declare leaf record;
begin
  for leaf in select relid::regclass as name, relid::regclass::text as text from pg_partition_tree('notifications') where isleaf
  loop
    perform count_attached_messages(leaf.name);
    execute format('create index on %s (due_at) where state = ''SCHEDULED'' and follows', leaf.name);
    execute format('create index on %s (channel, due_at) where state = ''UNKNOWN''', leaf.name);
    execute format('create trigger count_updates after update on %s referencing old table as moved_from new table as moved_to
                    for each statement execute function count_moved_messages()', leaf.name);
  end loop;
end $$;
insert into send_counts (period, generation, channel, outcome, minute, sends, duration_ms)
select period_of_bill(min(bill_id)), generation, channel, outcome, date_bin('1 minute', started_at, '2000-01-01Z'),
       count(*), sum(duration_ms)
  from notification_attempts group by bill_id / 10000000000, 2, 3, 4, 5;

revoke execute on function count_attached_messages(regclass), fold_counts(integer) from public;
grant execute on function count_attached_messages(regclass) to billing_settlement;
grant execute on function fold_counts(integer) to billing_dispatcher;
grant select on notification_counts, send_counts to billing_settlement, billing_dispatcher, billing_admin, billing_operator;

-- The operator counts messages, and need not see one.
revoke select (bill_id, generation, state) on notifications from billing_operator;

-- Down Migration
grant select (bill_id, generation, state) on notifications to billing_operator;
drop trigger notification_attempts_count on notification_attempts;
drop trigger notifications_count_deletes on notifications;
drop trigger notifications_count_inserts on notifications;
drop trigger notifications_count_updates on notifications;
drop function fold_counts(integer);
drop function count_attached_messages(regclass);
drop function count_sends();
drop function count_moved_messages();
drop function due_hour_of(notification_state, timestamptz);
drop function period_of_bill(bigint);
drop table send_counts, notification_counts;
alter table notifications drop column told_generation, drop column told_minor, drop column follows;
