-- Up Migration

-- Who may hold the message's present idempotency key: written with the claim, before anything is sent. A key is honoured by
-- the provider that saw it first and by no other, so a message of unknown outcome goes to this one again.
alter table notifications add column provider text;
-- '' = sent before there were several.
alter table notification_attempts add column provider text not null default '';

-- How fast each provider may be sent at ('' = all of the channel together), for all consumers in common. The row says up to
-- when the tokens are given away: who takes n of a rate r moves it by n ÷ r. Machine clock.
create table provider_rates (
  channel text not null,
  provider text not null,
  taken_until timestamptz not null default '-infinity',
  -- The provider asked for this much patience, of whoever it told.
  throttled_until timestamptz not null default '-infinity',
  primary key (channel, provider)
) with (fillfactor = 10);
grant select, insert, update on provider_rates to billing_consumer;

-- A redrive or a resend is a new key, which nobody has seen.
grant update (provider) on notifications to billing_admin;
-- Nor does anybody hold the key of the channel that follows a bounce, or say who accepted at a channel that was left.
grant update (provider) on notifications to billing_receipts;

-- Down Migration
drop table provider_rates;
alter table notification_attempts drop column provider;
alter table notifications drop column provider;
