-- Up Migration

create type notification_state as enum
  ('SCHEDULED', 'QUEUED', 'SENDING', 'UNKNOWN', 'SENT', 'DELIVERED', 'DEAD', 'CANCELLED', 'SUPERSEDED');

-- The notification row is the outbox: everything delivery knows of one bill's message stands on it.
-- Months by range of bill_id, then one leaf a generation, built beside and attached by promotion.
create table notifications (
  bill_id bigint not null,
  member_id bigint not null,
  generation smallint not null,
  partition_index smallint not null,
  state notification_state not null,
  -- Raised by a redrive or a resend; part of the idempotency key.
  message_generation smallint not null default 1,
  -- Raised each time the row is queued; a claim check with another seq is stale.
  seq integer not null default 0,
  attempt smallint not null default 0,
  unknown_outcomes smallint not null default 0,
  channel text not null,
  -- Channels in order, comma-separated: 'email,sms'.
  channel_plan text not null,
  -- Why the row is where it is: 'send-day', 'quiet-hours', 'retry', 'fallback', ...
  reason text not null,
  -- Billing clock.
  due_at timestamptz not null,
  -- Machine clock: the lease of a SENDING row.
  lease_until timestamptz,
  outbox_batch bigint,
  -- The bill was superseded while its message was being sent: it is not tried again.
  withdrawn boolean not null default false,
  provider_message_id text,
  updated_at timestamptz not null default clock_timestamp()
) partition by range (bill_id);

create function create_notification_month(month date) returns void language plpgsql as $$
declare
  month_table text := format('notifications_%s', to_char(month, 'YYYY_MM'));
begin
  perform pg_advisory_xact_lock(hashtext('create_notification_month'));
  if to_regclass(month_table) is not null then return; end if;
  execute format('create table %I (like notifications including defaults) partition by list (generation)', month_table);
  execute format('alter table notifications attach partition %I for values from (%s) to (%s)', month_table,
                 to_char(month, 'YYYYMM')::bigint * 10000000000,
                 to_char(month + interval '1 month', 'YYYYMM')::bigint * 10000000000);
end $$;

-- Rows stamped with a batch that still stands here were committed as QUEUED but maybe never produced.
create table outbox_batches (
  id bigint generated always as identity primary key,
  period date not null,
  generation smallint not null,
  created_at timestamptz not null default clock_timestamp()
);

-- Every attempt and its result (DL11).
create table notification_attempts (
  bill_id bigint not null,
  generation smallint not null,
  message_generation smallint not null,
  channel text not null,
  attempt smallint not null,
  seq integer not null,
  outcome text not null,
  detail text not null default '',
  provider_message_id text,
  -- Billing clock, as quiet hours are judged by it.
  started_at timestamptz not null,
  duration_ms integer not null
) partition by range (bill_id);

create function create_attempt_month(month date) returns void language plpgsql as $$
declare
  month_table text := format('notification_attempts_%s', to_char(month, 'YYYY_MM'));
begin
  perform pg_advisory_xact_lock(hashtext('create_attempt_month'));
  if to_regclass(month_table) is not null then return; end if;
  execute format('create table %I (like notification_attempts including defaults)', month_table);
  -- One claim, one attempt: a result that is written again after a lost connection adds no second row.
  execute format('alter table %I add primary key (bill_id, generation, seq)', month_table);
  execute format('alter table notification_attempts attach partition %I for values from (%s) to (%s)', month_table,
                 to_char(month, 'YYYYMM')::bigint * 10000000000,
                 to_char(month + interval '1 month', 'YYYYMM')::bigint * 10000000000);
end $$;

-- Messages that exhausted every channel, with what was to be sent (encrypted) and why it was not (DL10).
create table dead_letters (
  id bigint generated always as identity primary key,
  bill_id bigint not null,
  generation smallint not null,
  message_generation smallint not null,
  channel text not null,
  cause text not null,
  detail text not null default '',
  payload_encrypted bytea,
  created_at timestamptz not null default clock_timestamp(),
  redriven_at timestamptz,
  unique (bill_id, generation, message_generation)
);

-- Messages no consumer can read, parked so that they never block a partition.
create table poison_messages (
  topic text not null,
  kafka_partition integer not null,
  kafka_offset bigint not null,
  cause text not null,
  payload_encrypted bytea,
  created_at timestamptz not null default clock_timestamp(),
  primary key (topic, kafka_partition, kafka_offset)
);

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}'
);

-- Down Migration
drop table audit_log, poison_messages, dead_letters;
drop function create_attempt_month(date);
drop table notification_attempts, outbox_batches;
drop function create_notification_month(date);
drop table notifications;
drop type notification_state;
