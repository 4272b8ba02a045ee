-- Up Migration

-- How a run stands, as the control loop of one machine derived it last; in a cluster it stands in the BillingRun instead.
alter table bill_runs add column status jsonb;
create index bill_runs_by_period on bill_runs (period desc, name);

-- Orders about one run, newest last: who started it, and who changed it last, may not approve it.
create index commands_about_run on commands ((intent ->> 'run'), created_at) where intent is not null;
create index batch_log_by_period on batch_log (period, id);
create index batch_log_by_job on batch_log (job, id);

-- Admin records runs of one machine and changes their spec. How they stand is the control loop's to say.
grant select (run_type, tariff_id, spec, created_at, status) on bill_runs to billing_admin;
grant insert (id, name, period, tariff_id, spec), update (spec) on bill_runs to billing_admin;
grant select (id, name, version) on tariffs to billing_admin;
grant select (name) on notification_policies to billing_admin;
grant select on generations, generation_partitions, held_accounts, batch_log, item_codes to billing_admin;
-- Sums and differences of a generation.
grant select (total_minor) on bills to billing_admin;
grant select (bill_id, generation, code_id, amount_minor, quantity_milli) on bill_items to billing_admin;

-- Down Migration
revoke select (bill_id, generation, code_id, amount_minor, quantity_milli) on bill_items from billing_admin;
revoke select (total_minor) on bills from billing_admin;
revoke select on generations, generation_partitions, held_accounts, batch_log, item_codes from billing_admin;
grant select (period, number, run_id, state, released_at, notification_policy) on generations to billing_admin;
revoke select (name) on notification_policies from billing_admin;
revoke select (id, name, version) on tariffs from billing_admin;
revoke insert (id, name, period, tariff_id, spec), update (spec) on bill_runs from billing_admin;
revoke select (run_type, tariff_id, spec, created_at, status) on bill_runs from billing_admin;
drop index batch_log_by_job, batch_log_by_period, commands_about_run, bill_runs_by_period;
alter table bill_runs drop column status;
