-- Up Migration

-- What an external command wants to write, kept before it is written; after a crash the same is written again.
alter table commands add column intent jsonb;

-- Who is signed in at the dashboard. The browser has the token, the table its hash.
create table admin_sessions (
  token_hash bytea primary key,
  actor text not null,
  roles text[] not null,
  -- Of the token that changing calls carry besides the cookie.
  csrf_hash bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index admin_sessions_expiry on admin_sessions (expires_at);

grant select, insert, delete on admin_sessions to billing_admin;
grant update (seen_at) on admin_sessions to billing_admin;

-- Down Migration
drop table admin_sessions;
alter table commands drop column intent;
