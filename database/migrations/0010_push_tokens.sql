-- Up Migration

-- Where the carrier's app is reached: the token of the device that registered last. One a member, because a message has
-- one key a channel, and a provider that accepts it once must not be asked for two devices.
alter table members
  add column push_token_encrypted bytea,
  add column has_push_token boolean not null generated always as (push_token_encrypted is not null) stored;
grant select (has_push_token) on members to billing_settlement;

-- Which channels there are is the program's to say (notification/channels/registry.ts); another one needs no migration.
alter table members
  drop constraint members_preferred_channel_check,
  add constraint members_preferred_channel_check check (preferred_channel ~ '^[a-z][a-z0-9-]{0,31}$');

-- Down Migration
update members set preferred_channel = null where preferred_channel not in ('email', 'sms', 'push');
alter table members
  drop constraint members_preferred_channel_check,
  add constraint members_preferred_channel_check check (preferred_channel in ('email', 'sms', 'push')),
  drop column has_push_token,
  drop column push_token_encrypted;
