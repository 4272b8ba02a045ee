-- Up Migration

-- How the messages of a generation are delivered: what it was promoted with, whole, so that later changes of the policy
-- or of the program's defaults leave what is on its way alone. Null = promoted before there were policies: the default.
alter table generations add column notification_policy jsonb;

-- NotificationPolicy objects as one machine keeps them; in a cluster the API server does.
create table notification_policies (
  name text primary key,
  spec jsonb not null,
  updated_at timestamptz not null default clock_timestamp()
);
grant select, insert, update on notification_policies to billing_settlement;

-- Down Migration
drop table notification_policies;
alter table generations drop column notification_policy;
