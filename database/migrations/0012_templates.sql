-- Up Migration

-- What messages say: numbered versions of the parts of one channel's message in one language. A draft is worked on, a
-- published version never changes, because messages name it for ever; the newest published one is in force.
create table template_versions (
  id integer generated always as identity primary key,
  set_name text not null check (set_name ~ '^[a-z][a-z0-9-]{0,62}$'),
  channel text not null check (channel ~ '^[a-z][a-z0-9-]{0,31}$'),
  locale text not null check (locale ~ '^[a-z]{2}$'),
  version smallint not null check (version > 0),
  state text not null default 'draft' check (state in ('draft', 'published')),
  -- Carries advertising: not at night, and never without the mark that the law asks for.
  promotional boolean not null,
  -- {"subject": …, "html": …, "text": …}, each a LiquidJS text.
  parts jsonb not null check (jsonb_typeof(parts) = 'object'),
  -- As it comes with the program; another text in a later release becomes another version, unless the carrier has its own.
  built_in boolean not null default false,
  note text not null default '',
  saved_by text not null,
  saved_at timestamptz not null default clock_timestamp(),
  published_by text,
  published_at timestamptz,
  unique (set_name, channel, locale, version),
  check ((state = 'published') = (published_at is not null and published_by is not null))
);
-- One draft at a time: who saves again replaces it.
create unique index template_versions_one_draft on template_versions (set_name, channel, locale) where state = 'draft';

create function keep_published_templates() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'draft' and not new.built_in then
      raise exception 'a template is saved as a draft before it is published' using errcode = 'restrict_violation';
    end if;
    return new;
  end if;
  if tg_op = 'TRUNCATE' or old.state = 'published' then
    raise exception 'a published template is immutable: save a new version instead' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if (new.id, new.set_name, new.channel, new.locale, new.version, new.built_in)
     is distinct from (old.id, old.set_name, old.channel, old.locale, old.version, old.built_in) then
    raise exception 'a template keeps its name and number' using errcode = 'restrict_violation';
  end if;
  if new.state = 'published' and (new.parts, new.promotional) is distinct from (old.parts, old.promotional) then
    raise exception 'what is published is what was saved' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger template_versions_keep_published before insert or update or delete on template_versions
  for each row execute function keep_published_templates();
create trigger template_versions_are_kept before truncate on template_versions
  for each statement execute function keep_published_templates();

-- What a generation was promoted with: a retry weeks later says the same as the first try.
create table generation_templates (
  period date not null,
  generation smallint not null,
  template_id integer not null references template_versions,
  primary key (period, generation, template_id),
  foreign key (period, generation) references generations (period, number)
);
create trigger generation_templates_are_immutable before update or delete on generation_templates
  for each row execute function refuse_change();

-- Who writes templates tries them on real bills, and sees of no member who it is.
do $$
begin
  create role billing_template nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant select, insert on template_versions to billing_template;
grant update (state, promotional, parts, note, saved_by, saved_at, published_by, published_at) on template_versions
  to billing_template;
grant select on generation_templates, tariffs, item_codes to billing_template;
grant select (period, number, state, tariff_id, currency) on generations to billing_template;
grant select (bill_id, generation, partition_index, item_count, total_minor) on bills to billing_template;
grant select on bill_items to billing_template;
grant insert on audit_log to billing_template;

-- Promotion seeds the texts of the program and pins; consumers read what was pinned.
grant select, insert on template_versions, generation_templates to billing_settlement;
grant select on template_versions, generation_templates to billing_consumer, billing_admin;

-- Down Migration
drop owned by billing_template;
drop table generation_templates, template_versions;
drop function keep_published_templates();
