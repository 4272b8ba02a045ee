-- Up Migration

-- The person: contact and preferences. Settlement has no right to read this table.
create table members (
  id bigint primary key,
  name_encrypted bytea not null,
  email_encrypted bytea,
  phone_encrypted bytea,
  email_index bytea,
  phone_index bytea,
  -- Promotion plans channels by these and never sees a contact.
  has_email boolean not null generated always as (email_encrypted is not null) stored,
  has_phone boolean not null generated always as (phone_encrypted is not null) stored,
  language text not null default 'ko' check (language in ('ko', 'en')),
  time_zone text not null default 'Asia/Seoul',
  -- Day of the month on which the member wants the bill; null = as soon as it is released.
  send_day smallint check (send_day between 1 and 28),
  -- Minutes of the day in the member's zone, half-open, may cross midnight; equal or null = none.
  quiet_start smallint check (quiet_start between 0 and 1439),
  quiet_end smallint check (quiet_end between 0 and 1439),
  preferred_channel text check (preferred_channel in ('email', 'sms', 'push')),
  recorded_at timestamptz not null default clock_timestamp(),
  check ((quiet_start is null) = (quiet_end is null))
);
create index members_email_index on members (email_index) where email_index is not null;
create index members_phone_index on members (phone_index) where phone_index is not null;

create table families (
  id bigint primary key,
  recorded_at timestamptz not null default clock_timestamp()
);

-- recorded_at is clock_timestamp(), not now(): `prepare` waits for writers by a table lock and then freezes the
-- population at an instant; a writer it made wait must come after that instant, whenever its transaction began.
-- Codes are letters, digits, dot, underscore and hyphen: settlement reads lists of them as joined text.

-- What is billed. The facts a bill depends on stand here, so that settlement reads no personal data.
create table accounts (
  id bigint primary key check (id between 1 and 9999999999),
  member_id bigint not null references members,
  family_id bigint references families,
  bucket smallint not null generated always as (bucket_of(coalesce(family_id, id))) stored,
  currency char(3) not null,
  joined_on date not null,
  -- month * 100 + day, 0 = unknown
  birthday smallint not null default 0,
  welfare_class text not null default '' check (welfare_class ~ '^[A-Za-z0-9._-]*$'),
  recorded_at timestamptz not null default clock_timestamp()
);
create index accounts_bucket on accounts (bucket, id);
create index accounts_member on accounts (member_id);
-- Settlement sums the tenure of each family of its buckets from this index alone.
create index accounts_family on accounts (bucket, family_id) include (joined_on, recorded_at) where family_id is not null;

-- `bucket` repeats the account's, so that a settlement partition reads its share of each table by itself.
create table subscriptions (
  id bigint primary key,
  account_id bigint not null references accounts,
  bucket smallint not null,
  plan text not null check (plan ~ '^[A-Za-z0-9._-]+$'),
  started_on date not null,
  ended_on date check (ended_on >= started_on),
  recorded_at timestamptz not null default clock_timestamp()
);
create index subscriptions_bucket on subscriptions (bucket, account_id);
create index subscriptions_account on subscriptions (account_id);

create table suspensions (
  subscription_id bigint not null references subscriptions,
  bucket smallint not null,
  started_on date not null,
  ended_on date check (ended_on >= started_on),
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (subscription_id, started_on)
);
create index suspensions_bucket on suspensions (bucket);

create table contracts (
  id bigint generated always as identity primary key,
  subscription_id bigint not null references subscriptions,
  bucket smallint not null,
  months smallint not null check (months > 0),
  started_on date not null,
  terminated_on date check (terminated_on >= started_on),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (subscription_id, started_on)
);
create index contracts_bucket on contracts (bucket);

create table add_ons (
  id bigint generated always as identity primary key,
  subscription_id bigint not null references subscriptions,
  bucket smallint not null,
  code text not null check (code ~ '^[A-Za-z0-9._-]+$'),
  started_on date not null,
  ended_on date check (ended_on >= started_on),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (subscription_id, code, started_on)
);
create index add_ons_bucket on add_ons (bucket);

create table adjustments (
  id bigint generated always as identity primary key,
  account_id bigint not null references accounts,
  bucket smallint not null,
  period date not null check (extract(day from period) = 1),
  kind text not null check (kind in ('taxable', 'final')),
  charge text not null default '' check (charge ~ '^[A-Za-z0-9._-]*$'),
  amount_minor bigint not null,
  reason text not null,
  created_by text not null,
  recorded_at timestamptz not null default clock_timestamp()
);
create index adjustments_period on adjustments (period, bucket);

-- Down Migration
drop table adjustments, add_ons, contracts, suspensions, subscriptions, accounts, families, members;
