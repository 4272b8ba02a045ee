-- Up Migration

-- Channels on which this message generation bounced for good, comma-separated; null = none. What else is told of them
-- does not count, however late it comes.
alter table notifications add column bounced text;

-- Whom an attempt was addressed to, as a keyed hash: a receipt suppresses that address, whatever the member's is by then.
alter table notification_attempts add column address_index bytea;
-- For providers that do not echo our key.
create index notification_attempts_provider on notification_attempts (provider_message_id)
  where provider_message_id is not null;

-- An address that cannot be found again cannot be suppressed.
alter table members add column push_token_index bytea;
create index members_push_token_index on members (push_token_index) where push_token_index is not null;

-- What providers told afterwards, as it came; its effect is written once.
create table receipts (
  id bigint generated always as identity primary key,
  -- Who told: the last part of the webhook's path.
  source text not null,
  -- The provider's own number of the event: a repetition is known by it.
  event_id text not null,
  kind text not null check (kind in ('delivered', 'hard-bounce', 'soft-bounce', 'complaint')),
  -- A code such as 5.1.1; never the provider's words, which like to quote the address.
  code text not null default '',
  provider_message_id text,
  channel text not null,
  -- The message; null while nobody knows which one it is.
  bill_id bigint,
  generation smallint,
  message_generation smallint,
  -- By the provider's clock.
  occurred_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  -- What became of the message's row, or why nothing did; null = waits for its message.
  effect text,
  from_state notification_state,
  to_state notification_state,
  unique (source, event_id),
  check (bill_id is not null or provider_message_id is not null)
);
create index receipts_bill on receipts (bill_id) where bill_id is not null;
create index receipts_waiting on receipts (id) where effect is null;

create function refuse_second_effect() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.effect is not null then
    raise exception 'receipts are append-only, and each takes effect once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger receipts_take_effect_once before update or delete on receipts
  for each row execute function refuse_second_effect();
create trigger receipts_are_not_truncated before truncate on receipts
  for each statement execute function refuse_rewriting();

-- Addresses that a channel sends nothing to. One that was lifted stays as history.
create table suppressions (
  id bigint generated always as identity primary key,
  channel text not null,
  -- Which column of members the address stands in.
  contact text not null check (contact in ('email', 'phone', 'pushToken')),
  address_index bytea not null,
  reason text not null check (reason in ('hard-bounce', 'complaint')),
  source text not null,
  code text not null default '',
  -- The message that it was told of.
  bill_id bigint not null,
  -- By the provider's clock.
  occurred_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  lifted_at timestamptz,
  lifted_by uuid references commands,
  check ((lifted_at is null) = (lifted_by is null))
);
-- The address first: a claim probes by both, the view below by the address alone.
create unique index suppressions_in_force on suppressions (address_index, channel) where lifted_at is null;
create index suppressions_lifted on suppressions (address_index, channel, lifted_at) where lifted_at is not null;

-- Who cannot be reached over which channel: for a look at some members, or at some suppressions.
create view suppressed_members as
  select m.id as member_id, s.channel, s.id as suppression_id
    from suppressions s join members m on m.email_index = s.address_index
   where s.contact = 'email' and s.lifted_at is null
  union all
  select m.id, s.channel, s.id
    from suppressions s join members m on m.phone_index = s.address_index
   where s.contact = 'phone' and s.lifted_at is null
  union all
  select m.id, s.channel, s.id
    from suppressions s join members m on m.push_token_index = s.address_index
   where s.contact = 'pushToken' and s.lifted_at is null;

-- The same for all members at once, as promotion asks. `offset 0` makes it one probe of an index for each suppression,
-- of which there are few; joined plainly, the planner reads all members three times.
create view all_suppressed_members as
  select m.id as member_id, s.channel
    from suppressions s
   cross join lateral (select id from members where email_index = s.address_index offset 0) m
   where s.contact = 'email' and s.lifted_at is null
  union all
  select m.id, s.channel
    from suppressions s
   cross join lateral (select id from members where phone_index = s.address_index offset 0) m
   where s.contact = 'phone' and s.lifted_at is null
  union all
  select m.id, s.channel
    from suppressions s
   cross join lateral (select id from members where push_token_index = s.address_index offset 0) m
   where s.contact = 'pushToken' and s.lifted_at is null;

-- The suppressed addresses as they are stored, sealed: what a person with the key and a reason may look at, masked.
create view suppressed_contacts as
  select s.suppression_id, s.member_id, x.contact,
         case x.contact when 'email' then m.email_encrypted when 'phone' then m.phone_encrypted
                        else m.push_token_encrypted end as contact_encrypted
    from suppressed_members s
    join suppressions x on x.id = s.suppression_id
    join members m on m.id = s.member_id;

-- A message that a receipt settled leaves the open list, and may die once more on another channel.
alter table dead_letters drop constraint dead_letters_bill_id_generation_message_generation_key;
create unique index dead_letters_one_open on dead_letters (bill_id, generation, message_generation)
  where redriven_at is null;
create index dead_letters_message on dead_letters (bill_id, generation, message_generation);

-- The webhook: it moves messages and suppresses addresses, and can read neither contacts nor amounts.
do $$
begin
  create role billing_receipts nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant select, insert on receipts to billing_receipts;
grant update (channel, bill_id, generation, message_generation, effect, from_state, to_state) on receipts
  to billing_receipts;
grant select, insert on suppressions to billing_receipts;
grant select on notifications, billing_clock to billing_receipts;
grant update (state, channel, attempt, reason, due_at, lease_until, outbox_batch, provider_message_id, bounced,
  updated_at) on notifications to billing_receipts;
grant select (bill_id, generation, message_generation, channel, seq, outcome, provider_message_id, address_index)
  on notification_attempts to billing_receipts;
grant insert on dead_letters to billing_receipts;
grant select (bill_id, generation, message_generation, redriven_at), update (redriven_at) on dead_letters
  to billing_receipts;
grant select (period, number, state) on generations to billing_receipts;
grant select (bill_id, generation, digest) on bills to billing_receipts;
grant select (id, email_index, phone_index, push_token_index) on members to billing_receipts;

grant select (channel, address_index, lifted_at) on suppressions to billing_consumer;
grant select on all_suppressed_members to billing_settlement;
grant select on suppressed_members, suppressed_contacts, suppressions, receipts to billing_admin;
grant update (lifted_at, lifted_by) on suppressions to billing_admin;
grant update (bounced) on notifications to billing_admin;

-- Down Migration
drop owned by billing_receipts;
drop index dead_letters_message, dead_letters_one_open;
delete from dead_letters d using dead_letters later
 where (later.bill_id, later.generation, later.message_generation) = (d.bill_id, d.generation, d.message_generation)
   and later.id > d.id;
alter table dead_letters add unique (bill_id, generation, message_generation);
drop view suppressed_contacts, all_suppressed_members, suppressed_members;
drop table suppressions, receipts;
drop function refuse_second_effect();
alter table members drop column push_token_index;
drop index notification_attempts_provider;
alter table notification_attempts drop column address_index;
alter table notifications drop column bounced;
