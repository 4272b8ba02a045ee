-- Up Migration

-- Who did it, and what was done, the newest first: without these an actor of whom there is little, or nothing, is looked for in all of it.
create index audit_log_by_actor on audit_log (actor, id);
create index audit_log_by_action on audit_log (action, id);

-- Down Migration
drop index audit_log_by_action, audit_log_by_actor;
