-- Up Migration

-- How each provider's breaker stands in each consumer. A breaker lives in the memory of its consumer and is decided there
-- alone; this is for people to look at. Machine clock.
create table provider_breakers (
  channel text not null,
  provider text not null,
  -- The process; in a cluster its pod.
  consumer text not null,
  state text not null check (state in ('closed', 'open', 'half-open')),
  since timestamptz not null default clock_timestamp(),
  -- When an open one lets a few through to see.
  probe_at timestamptz,
  -- A consumer that says nothing for long is gone.
  told_at timestamptz not null default clock_timestamp(),
  primary key (channel, provider, consumer)
) with (fillfactor = 10);
grant select, insert, update, delete on provider_breakers to billing_consumer;
grant select on provider_breakers to billing_admin;

-- Down Migration
drop table provider_breakers;
