-- Up Migration

-- One role a process. Roles belong to the whole server, so they may exist already (another database of it).
do $$
declare role_name text;
begin
  foreach role_name in array array['billing_settlement', 'billing_dispatcher', 'billing_consumer',
                                   'billing_operator', 'billing_import'] loop
    begin
      execute format('create role %I nologin', role_name);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;

-- Settlement owns the bill tables, because attaching a leaf needs ownership; it cannot read members.
grant usage, create on schema public to billing_settlement;
grant select on bill_state_changes, tariffs, meters, item_codes, accounts, subscriptions, suspensions, contracts, add_ons, adjustments,
  billing_clock to billing_settlement;
grant insert on tariffs, meters, item_codes to billing_settlement;
-- `maintain` allows the table lock under which prepare freezes the population.
grant maintain on accounts, subscriptions, suspensions, contracts, add_ons, adjustments, usage_records
  to billing_settlement;
grant select, insert, update, delete on bill_runs, generations, generation_partitions, held_accounts, batch_log
  to billing_settlement;
-- Promotion schedules messages: it needs when and in which language to write, not whom to.
grant select (id, language, time_zone, send_day, quiet_start, quiet_end, preferred_channel, has_email, has_phone) on members
  to billing_settlement;
grant insert on audit_log to billing_settlement, billing_dispatcher, billing_consumer, billing_import;
alter table bills owner to billing_settlement;
alter table bill_items owner to billing_settlement;
alter table notifications owner to billing_settlement;
alter table notification_attempts owner to billing_settlement;

grant select on bills, bill_items, notification_attempts, bill_state_changes to billing_dispatcher, billing_consumer;
grant select on bill_runs, generations, generation_partitions, tariffs, item_codes, meters, billing_clock
  to billing_dispatcher, billing_consumer;
grant select, update on notifications to billing_dispatcher, billing_consumer;
grant select, insert, delete on outbox_batches to billing_dispatcher;
grant select on outbox_batches to billing_consumer;
grant select on members, accounts to billing_consumer;
grant insert on notification_attempts, dead_letters, poison_messages to billing_consumer;
grant select, insert on dead_letters to billing_dispatcher;

-- The operator looks, it never writes.
grant select on bill_runs, generations, generation_partitions, held_accounts, batch_log, tariffs to billing_operator;
grant select on notifications to billing_operator;

grant select, insert, update, delete on members, families, accounts, subscriptions, suspensions, contracts, add_ons,
  adjustments, usage_records, import_files, meters, tariffs to billing_import;
grant select, insert on item_codes to billing_import;
-- An import changes no recorded row while a generation is being computed.
grant select on generations to billing_import;
grant usage, create on schema public to billing_import;
alter table usage_records owner to billing_import;
grant select on usage_records to billing_settlement;

-- Down Migration
drop owned by billing_settlement, billing_dispatcher, billing_consumer, billing_operator, billing_import;
