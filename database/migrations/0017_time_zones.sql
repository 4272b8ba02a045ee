-- Up Migration

-- The zones that members may live in: those that PostgreSQL knows, less its links of its own (`posix/…`, `localtime`, `Factory`),
-- which no process that computes with a member's clock knows. By their exact names, as the columns hold them.
create table time_zones (name text primary key);
insert into time_zones
  select name from pg_timezone_names where name ~ '^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$' and name <> 'Factory';

-- A statement at a time: a million members are loaded by one COPY, and have some dozens of zones. What stands already is left
-- alone; consumers give up the messages of a member whose zone is none, one by one.
create function refuse_unknown_time_zones() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  unknown record;
begin
  if tg_op = 'UPDATE' then
    select min(c.id) as id, c.time_zone into unknown
      from changed_to c join changed_from f on f.id = c.id and f.time_zone <> c.time_zone
     where not exists (select from time_zones z where z.name = c.time_zone)
     group by c.time_zone order by 1 limit 1;
  else
    select min(id) as id, time_zone into unknown from changed_to
     group by time_zone
    having not exists (select from time_zones z where z.name = time_zone)
     order by 1 limit 1;
  end if;
  if found then
    raise exception 'member % has the time zone "%", which is none: write an IANA name such as Asia/Seoul',
      unknown.id, unknown.time_zone using errcode = 'check_violation', table = 'members', column = 'time_zone';
  end if;
  return null;
end $$;
create trigger members_inserted_time_zones after insert on members referencing new table as changed_to
  for each statement execute function refuse_unknown_time_zones();
create trigger members_updated_time_zones after update on members
  referencing old table as changed_from new table as changed_to
  for each statement execute function refuse_unknown_time_zones();

grant select on time_zones to billing_import;

-- Those of the bills, as this generation has them, whose amount the member owes today and nothing else has been said of: the live
-- generation has the same amount, and no later message stands. One that had nothing to say does not, nor one that was
-- withdrawn: whoever may have been told another amount by it has a still later one. With its owner's rights, so that the
-- webhook learns of no amount.
create function bills_that_hold(in_period date, of_generation smallint, first_bill bigint, end_bill bigint, bill_ids bigint[])
  returns setof bigint language sql stable security definer set search_path = public, pg_temp as $$
  select o.bill_id
    from bills o
    join bills c on c.bill_id = o.bill_id and c.total_minor = o.total_minor
   where o.generation = of_generation and o.bill_id >= first_bill and o.bill_id < end_bill and o.bill_id = any(bill_ids)
     and c.generation = (select number from generations where period = in_period and state = 'live')
     and c.bill_id >= first_bill and c.bill_id < end_bill and c.bill_id = any(bill_ids)
     and not exists (
       select from notifications later
        where later.bill_id = o.bill_id and later.bill_id >= first_bill and later.bill_id < end_bill
          and later.generation > of_generation and later.state <> 'SUPERSEDED'
          and not (later.state = 'CANCELLED' and later.reason = 'told-already'))
$$;
revoke execute on function bills_that_hold(date, smallint, bigint, bigint, bigint[]) from public;
grant execute on function bills_that_hold(date, smallint, bigint, bigint, bigint[]) to billing_receipts, billing_admin;

-- A message that was withdrawn while it was sent, and whose amount holds again when it bounces, is one to be tried again.
grant update (withdrawn) on notifications to billing_receipts;

-- Whoever finds out what the member was told must know what bounced.
grant select (bill_id, generation, message_generation, channel, kind) on receipts to billing_dispatcher;

-- Down Migration
revoke update (withdrawn) on notifications from billing_receipts;
revoke select (bill_id, generation, message_generation, channel, kind) on receipts from billing_dispatcher;
drop function bills_that_hold(date, smallint, bigint, bigint, bigint[]);
drop trigger members_updated_time_zones on members;
drop trigger members_inserted_time_zones on members;
drop function refuse_unknown_time_zones();
drop table time_zones;
