-- Up Migration

-- Every job leaves its row: also one that is about no month (an import, a migration), and one that failed.
alter table batch_log
  alter column period drop not null,
  add column state text not null default 'succeeded' check (state in ('succeeded', 'failed')),
  -- Why it failed: the code of the error, never its words, which may quote what was read.
  add column error_code text;
update batch_log set state = 'failed', error_code = 'proof-fails' where job = 'verify' and failed > 0;
alter table batch_log add check ((error_code is not null) = (state = 'failed'));

grant insert on batch_log to billing_import, billing_template;

-- Down Migration
revoke insert on batch_log from billing_import, billing_template;
alter table batch_log drop column error_code, drop column state;
delete from batch_log where period is null;
alter table batch_log alter column period set not null;
