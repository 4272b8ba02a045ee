-- Up Migration

-- Adjustments and credit notes as people order them. What settlement reads is `adjustments`: a row comes there when the order
-- is recorded, at once or by an approver, and only for a month whose population is not frozen yet.
create table adjustment_orders (
  id bigint generated always as identity primary key,
  account_id bigint not null references accounts,
  period date not null check (extract(day from period) = 1),
  kind text not null check (kind in ('taxable', 'final')),
  amount_minor bigint not null check (amount_minor <> 0),
  reason text not null,
  -- The bill that a credit note is for.
  credit_of bigint,
  state text not null default 'pending' check (state in ('pending', 'recorded', 'rejected')),
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  -- The row of `adjustments`.
  recorded_as bigint unique,
  check (credit_of is null or (kind = 'final' and amount_minor < 0)),
  check ((state = 'recorded') = (recorded_as is not null)),
  check ((decided_by is null) = (decided_at is null)),
  check (state <> 'pending' or decided_by is null),
  check (state <> 'rejected' or decided_by is not null),
  -- Maker and checker are two.
  check (decided_by <> created_by or state = 'rejected')
);
create index adjustment_orders_account on adjustment_orders (account_id, id);
create index adjustment_orders_period on adjustment_orders (period, id);
create index adjustment_orders_pending on adjustment_orders (id) where state = 'pending';
create index adjustment_orders_credit_of on adjustment_orders (credit_of) where credit_of is not null;

create function keep_decided_adjustments() returns trigger language plpgsql as $$
begin
  if old.state <> 'pending' then
    raise exception 'an adjustment is decided once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger adjustment_orders_are_decided_once before update on adjustment_orders
  for each row execute function keep_decided_adjustments();

grant select, insert on adjustment_orders to billing_admin;
grant update (state, decided_by, decided_at, decision_reason, recorded_as) on adjustment_orders to billing_admin;
grant select (id), insert (account_id, bucket, period, kind, amount_minor, reason, created_by) on adjustments
  to billing_admin;

-- A bill is explained and computed again from what it was computed from.
grant select on bills, bill_items, bill_state_changes, item_codes, tariffs, generation_partitions to billing_admin;
grant select on bill_runs, generations to billing_admin;
-- Contacts are sealed, and shown masked; who opens one gives a reason.
grant select (id, member_id, family_id, bucket, currency, joined_on) on accounts to billing_admin;
grant select (id, account_id, plan, started_on, ended_on) on subscriptions to billing_admin;
grant select (name_encrypted, email_encrypted, phone_encrypted, email_index, phone_index, send_day) on members
  to billing_admin;
grant update (language, send_day, quiet_start, quiet_end, preferred_channel) on members to billing_admin;

-- Down Migration
revoke update (language, send_day, quiet_start, quiet_end, preferred_channel) on members from billing_admin;
revoke select (name_encrypted, email_encrypted, phone_encrypted, email_index, phone_index, send_day) on members
  from billing_admin;
revoke select on subscriptions from billing_admin;
revoke select (family_id, bucket, currency, joined_on) on accounts from billing_admin;
revoke select on bill_runs, generations, bills, bill_items, bill_state_changes, item_codes, tariffs, generation_partitions
  from billing_admin;
grant select (id, name, period) on bill_runs to billing_admin;
grant select (period, number, run_id, state, released_at, notification_policy) on generations to billing_admin;
grant select (bill_id, account_id, generation, partition_index, digest) on bills to billing_admin;
revoke select (id), insert (account_id, bucket, period, kind, amount_minor, reason, created_by) on adjustments
  from billing_admin;
drop table adjustment_orders;
drop function keep_decided_adjustments();
