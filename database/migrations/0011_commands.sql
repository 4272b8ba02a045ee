-- Up Migration

-- What people ordered. The row, what it did and the answer commit together: an id is executed once or not at all.
create table commands (
  -- The caller's: who is not sure that a command arrived sends it again under the same id.
  id uuid primary key,
  kind text not null,
  -- What was ordered, reason included; another body under the same id is refused.
  body jsonb not null,
  actor text not null,
  reason text not null default '',
  state text not null default 'running' check (state in ('running', 'done', 'refused')),
  answer jsonb,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  check ((state = 'running') = (answer is null))
);
create index commands_created on commands (created_at);

create function refuse_second_answer() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.answer is not null then
    raise exception 'a command keeps its answer' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger commands_answer_once before update or delete on commands
  for each row execute function refuse_second_answer();

-- Which messages a command moved, and from where to where.
create table command_messages (
  command_id uuid not null references commands,
  bill_id bigint not null,
  generation smallint not null,
  -- After the command.
  message_generation smallint not null,
  from_state notification_state not null,
  to_state notification_state not null,
  channel text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (command_id, bill_id, generation)
);
create index command_messages_bill on command_messages (bill_id);

-- Channels that a person stopped; no row = open.
create table channel_controls (
  channel text primary key,
  paused boolean not null,
  reason text not null,
  changed_by text not null,
  changed_at timestamptz not null default clock_timestamp()
);

-- Lists of dead letters: those still open, newest work first; by cause; of one month.
create index dead_letters_open on dead_letters (id) where redriven_at is null;
create index dead_letters_open_by_cause on dead_letters (channel, cause, id) where redriven_at is null;

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger audit_log_is_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_rewriting();
create trigger command_messages_are_append_only before update or delete or truncate on command_messages
  for each statement execute function refuse_rewriting();

-- People's commands: they move messages, and can touch neither bills nor members nor what was audited.
do $$
begin
  create role billing_admin nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant select, insert on commands, command_messages, audit_log to billing_admin;
grant update (state, answer, finished_at) on commands to billing_admin;
grant select, insert, update on channel_controls to billing_admin;
grant select on dead_letters, notification_attempts, billing_clock, outbox_batches to billing_admin;
grant update (redriven_at) on dead_letters to billing_admin;
grant select on notifications to billing_admin;
grant update (state, message_generation, attempt, unknown_outcomes, channel, channel_plan, reason, due_at, lease_until,
  outbox_batch, withdrawn, provider_message_id, updated_at) on notifications to billing_admin;
grant select (id, name, period) on bill_runs to billing_admin;
grant select (period, number, run_id, state, released_at, notification_policy) on generations to billing_admin;
-- Whether a bill still holds is a question of its digest, not of its amounts.
grant select (bill_id, account_id, generation, partition_index, digest) on bills to billing_admin;
grant select (id, member_id) on accounts to billing_admin;
grant select (id, language, time_zone, quiet_start, quiet_end, preferred_channel, has_email, has_phone,
  has_push_token) on members
  to billing_admin;
grant select on channel_controls to billing_dispatcher, billing_consumer, billing_operator;

-- Down Migration
drop trigger audit_log_is_append_only on audit_log;
drop index dead_letters_open_by_cause, dead_letters_open;
drop owned by billing_admin;
drop table channel_controls, command_messages, commands;
drop function refuse_rewriting();
drop function refuse_second_answer();
