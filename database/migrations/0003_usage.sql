-- Up Migration

-- One usage event, in thousandths of its meter's unit. `period` is the first day of the month the event is billed in
-- (its start in the billing time zone). Months are split once more by bucket (create_usage_month), so that a
-- settlement partition scans its own leaves and nothing else.
create table usage_records (
  period date not null,
  subscription_id bigint not null,
  started_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  -- At most 10^9 units an event (1 TB in KB, 31 years in seconds), so that sums stay exact and far from overflow.
  quantity_milli bigint not null check (quantity_milli between 0 and 1000000000000),
  meter_id smallint not null,
  bucket smallint not null,
  -- The source's own number of the event: the same event twice is one row.
  record_id text not null,
  primary key (period, bucket, record_id)
) partition by range (period);

-- 32 leaves: COPY keeps at most 32 partition buffers open, and 1024 buckets / 32 suits 8 to 64 settlement partitions.
create function create_usage_month(month date) returns void language plpgsql as $$
declare
  month_table text := format('usage_records_%s', to_char(month, 'YYYY_MM'));
begin
  perform pg_advisory_xact_lock(hashtext('create_usage_month'));
  if to_regclass(month_table) is not null then return; end if;
  execute format('create table %I (like usage_records including defaults including constraints)
                  partition by range (bucket)', month_table);
  for leaf in 0..31 loop
    execute format('create table %I partition of %I for values from (%s) to (%s)',
                   month_table || '_b' || lpad(leaf::text, 2, '0'), month_table, leaf * 32, leaf * 32 + 32);
  end loop;
  execute format('alter table usage_records attach partition %I for values from (%L) to (%L)',
                 month_table, month, month + interval '1 month');
end $$;

-- Files that were imported, so that the same file twice is told to the person (rows are deduplicated anyway).
create table import_files (
  sha256 bytea primary key,
  kind text not null,
  file_name text not null,
  rows_loaded bigint not null,
  rows_unchanged bigint not null,
  rows_rejected bigint not null,
  imported_at timestamptz not null default now()
);

-- Down Migration
drop table import_files;
drop function create_usage_month(date);
drop table usage_records;
