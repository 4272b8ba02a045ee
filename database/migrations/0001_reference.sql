-- Up Migration

-- Tariffs are versioned data: a version, once recorded, never changes, because bills refer to it for ever.
create table tariffs (
  id smallint generated always as identity primary key,
  name text not null,
  version text not null,
  currency char(3) not null,
  document text not null,
  sha256 bytea not null,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (name, version)
);

-- Append-only dictionaries: slim rows hold the small number, a person reads the code.
create table meters (
  id smallint generated always as identity primary key,
  code text not null unique
);

create table item_codes (
  id smallint generated always as identity primary key,
  code text not null unique
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows are immutable: record a new version instead', tg_table_name
    using errcode = 'restrict_violation';
end $$;

create trigger tariffs_are_immutable before update or delete on tariffs
  for each row execute function refuse_change();
create trigger meters_are_immutable before update or delete on meters
  for each row execute function refuse_change();
create trigger item_codes_are_immutable before update or delete on item_codes
  for each row execute function refuse_change();

-- Billing clock: what due dates and quiet hours are checked against. It is the database's clock plus an offset,
-- which is zero except where a demo or a test moves time. Leases use clock_timestamp() itself: they are about
-- processes, not about members.
create table billing_clock (
  only_row boolean primary key default true check (only_row),
  clock_offset interval not null default '0'
);
insert into billing_clock default values;

create function billing_now() returns timestamptz language sql stable parallel safe as
  'select clock_timestamp() + clock_offset from billing_clock';

-- Stable hash of a billing group to 0..1023 (Knuth's multiplicative hash on the low 31 bits, the upper ten bits of
-- the 32-bit product). The same arithmetic stands in database/bucket.ts; neither may ever change.
create function bucket_of(billing_group bigint) returns smallint
  language sql immutable strict parallel safe
  return (((billing_group & 2147483647) * 2654435761 & 4294967295) >> 22)::smallint;

-- Down Migration
drop function bucket_of(bigint);
drop function billing_now();
drop table billing_clock, item_codes, meters, tariffs;
drop function refuse_change();
