-- Up Migration

-- Orders over many messages, kept until somebody else than their maker approves them. Carried out once, by a command of the
-- approver's, over no more messages than were foreseen.
create table delivery_orders (
  -- The maker's command.
  id uuid primary key references commands,
  kind text not null,
  -- As it was ordered, and the messages that it is for.
  "order" jsonb not null,
  target jsonb not null,
  maker text not null,
  reason text not null default '',
  foreseen jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'executed', 'withdrawn')),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  decided_command uuid references commands,
  check ((state = 'pending') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (decided_command is null)),
  -- Maker and checker are two.
  check (state <> 'executed' or decided_by <> maker)
);
create index delivery_orders_newest on delivery_orders (created_at desc, id desc);
create index delivery_orders_pending on delivery_orders (created_at desc, id desc) where state = 'pending';

create function keep_decided_orders() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.state <> 'pending' then
    raise exception 'an order is decided once, and kept' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger delivery_orders_are_decided_once before update or delete on delivery_orders
  for each row execute function keep_decided_orders();
create trigger delivery_orders_are_kept before truncate on delivery_orders
  for each statement execute function refuse_rewriting();

grant select, insert on delivery_orders to billing_admin;
grant update (state, decided_by, decided_at, decided_command) on delivery_orders to billing_admin;

-- Drafts and publications commit with the command that orders them; what is published stays as it is by the table's trigger.
grant insert on template_versions to billing_admin;
grant update (state, promotional, parts, note, saved_by, saved_at, published_by, published_at) on template_versions
  to billing_admin;
-- A text is tried on real bills before it is saved.
grant select (bill_id, generation, partition_index, item_count, total_minor) on bills to billing_admin;
grant select on bill_items, item_codes, tariffs to billing_admin;
grant select (period, number, run_id, state, tariff_id, currency, promoted_at) on generations to billing_admin;

-- Policies of one machine. Which runs refer to one stands in their spec.
grant select, insert, update on notification_policies to billing_admin;
grant select (id, name, period, spec) on bill_runs to billing_admin;

-- How fast each provider is sent at, and what Kafka held that nobody can read: where it lies and why, not what it says.
grant select on provider_rates to billing_admin;
grant select (topic, kafka_partition, kafka_offset, cause, created_at) on poison_messages to billing_admin;
create index poison_messages_newest on poison_messages (created_at desc, topic, kafka_partition, kafka_offset);

-- Down Migration
drop index poison_messages_newest;
revoke select (topic, kafka_partition, kafka_offset, cause, created_at) on poison_messages from billing_admin;
revoke select on provider_rates, notification_policies from billing_admin;
revoke insert, update on notification_policies from billing_admin;
revoke update (state, promotional, parts, note, saved_by, saved_at, published_by, published_at) on template_versions
  from billing_admin;
revoke insert on template_versions from billing_admin;
drop table delivery_orders;
drop function keep_decided_orders();
