-- Up Migration

-- The ledger of runs. A run computes one or more generations of a period; a generation is one complete set of bills.
create table bill_runs (
  id uuid primary key,
  name text not null unique,
  period date not null check (extract(day from period) = 1),
  run_type text not null default 'onCycle' check (run_type in ('onCycle', 'offCycle')),
  tariff_id smallint not null references tariffs,
  spec jsonb not null,
  created_at timestamptz not null default now()
);

create type generation_state as enum
  ('settling', 'verified', 'live', 'superseded', 'abandoned');

create table generations (
  period date not null,
  number smallint not null check (number > 0),
  run_id uuid not null references bill_runs,
  tariff_id smallint not null references tariffs,
  state generation_state not null,
  partitions smallint not null check (partitions between 1 and 1024),
  -- Rows recorded later than this are not seen by any partition, whenever it is (re)done.
  frozen_at timestamptz not null,
  expected_accounts bigint not null,
  billed bigint,
  held bigint,
  excluded bigint,
  items bigint,
  total_minor numeric,
  currency char(3) not null,
  digest bytea,
  -- What verify found: one row a check, {name, holds, detail}.
  proof jsonb,
  created_at timestamptz not null default now(),
  verified_at timestamptz,
  promoted_at timestamptz,
  -- From then on the dispatcher may send; null = promoted but not released.
  released_at timestamptz,
  primary key (period, number)
);
-- At most one live generation a period, and at most one being computed: no period is billed by two runs at once.
create unique index generations_one_live on generations (period) where state = 'live';
create unique index generations_one_active on generations (period)
  where state in ('settling', 'verified');

create type partition_state as enum ('pending', 'running', 'done', 'failed');

create table generation_partitions (
  period date not null,
  generation smallint not null,
  partition_index smallint not null,
  bucket_from smallint not null,
  bucket_to smallint not null,
  state partition_state not null default 'pending',
  -- Raised by every attempt; only the holder of the latest may commit.
  fence integer not null default 0,
  worker text,
  expected_accounts bigint not null,
  billed bigint,
  held bigint,
  excluded bigint,
  items bigint,
  total_minor numeric,
  -- Units rated by meter code, in thousandths, after step rounding: {"voice": "123000"}.
  usage_milli jsonb,
  digest bytea,
  error text,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (period, generation, partition_index),
  foreign key (period, generation) references generations (period, number)
);

create table held_accounts (
  period date not null,
  generation smallint not null,
  partition_index smallint not null,
  account_id bigint not null,
  reason text not null,
  detail text not null,
  primary key (period, generation, account_id),
  foreign key (period, generation, partition_index) references generation_partitions
);

-- Standard log row of every batch (ST9).
create table batch_log (
  id bigint generated always as identity primary key,
  job text not null,
  period date not null,
  generation smallint,
  partition_index smallint,
  started_at timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  total bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  detail text not null default ''
);
create index batch_log_period on batch_log (period, job);

-- Down Migration
drop table batch_log, held_accounts, generation_partitions;
drop type partition_state;
drop table generations;
drop type generation_state;
drop table bill_runs;
