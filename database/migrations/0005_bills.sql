-- Up Migration

-- TMF678 customerBill.state; there `settled` means paid in full. `superseded` is ours: a newer generation is live.
create type bill_state as enum
  ('new', 'onHold', 'validated', 'sent', 'partiallyPaid', 'settled', 'superseded');

-- bill_id = yyyymm * 10^10 + account number: a range of bill_id is a month, so the month needs no column of its own.
-- Months are split by (generation, partition_index) into the leaves that settlement workers fill and attach whole.
-- Uniqueness of an account within a generation follows from one leaf per bucket range and the leaf's primary key,
-- and verify proves it again.
create table bills (
  bill_id bigint not null,
  account_id bigint not null,
  generation smallint not null,
  partition_index smallint not null,
  item_count smallint not null,
  state bill_state not null,
  taxable_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  digest bytea not null,
  -- The inputs the bill was computed from (billing/snapshot.ts); `json`, not `jsonb`: its exact text is kept.
  snapshot json not null
) partition by range (bill_id);

create table bill_items (
  bill_id bigint not null,
  quantity_milli bigint not null,
  rate_micro bigint not null,
  amount_minor bigint not null,
  generation smallint not null,
  partition_index smallint not null,
  line smallint not null,
  code_id smallint not null
) partition by range (bill_id);

-- Month tables exist before any worker attaches a leaf: CREATE .. PARTITION OF would lock readers of the parent out,
-- ATTACH does not.
create function create_bill_month(month date) returns void language plpgsql as $$
declare
  parent text;
  month_table text;
  first_bill bigint := to_char(month, 'YYYYMM')::bigint * 10000000000;
  end_bill bigint := to_char(month + interval '1 month', 'YYYYMM')::bigint * 10000000000;
begin
  perform pg_advisory_xact_lock(hashtext('create_bill_month'));
  foreach parent in array array['bills', 'bill_items'] loop
    month_table := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    continue when to_regclass(month_table) is not null;
    execute format('create table %I (like %I including defaults) partition by range (generation, partition_index)',
                   month_table, parent);
    execute format('alter table %I attach partition %I for values from (%s) to (%s)',
                   parent, month_table, first_bill, end_bill);
  end loop;
end $$;

-- Payments and holds after promotion: the exceptions, not a rewrite of a million rows.
create table bill_state_changes (
  id bigint generated always as identity primary key,
  bill_id bigint not null,
  generation smallint not null,
  state bill_state not null,
  reason text not null,
  actor text not null,
  changed_at timestamptz not null default now()
);
create index bill_state_changes_bill on bill_state_changes (bill_id, generation, id);

-- Down Migration
drop table bill_state_changes;
drop function create_bill_month(date);
drop table bill_items, bills;
drop type bill_state;
