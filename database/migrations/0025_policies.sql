-- Up Migration

-- The name of the policy that a generation was promoted with. Null = not promoted yet, when its run says which, or promoted
-- before the name was kept.
alter table generations add column notification_policy_name text;
-- One machine's runs keep their spec; a cluster's have theirs in the API server, which nobody can ask here.
update generations g set notification_policy_name = coalesce(r.spec -> 'spec' -> 'dispatch' ->> 'notificationPolicyRef', 'default')
  from bill_runs r where r.id = g.run_id and g.promoted_at is not null and r.spec ? 'spec';

-- A policy of one machine is changed as a resource of a cluster is: by whom has seen the generation that is there, and once
-- for each command, of which the last ones are remembered.
alter table notification_policies add column generation integer not null default 1;
alter table notification_policies add column commands text[] not null default '{}';

-- Down Migration
alter table notification_policies drop column commands;
alter table notification_policies drop column generation;
alter table generations drop column notification_policy_name;
