-- Up Migration

-- The page behind the link of a message. Strangers reach it, so it reads bills and the language of their members, and neither
-- names nor contacts, whatever is asked of it.
do $$
begin
  create role billing_bill_page nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant select (period, number, state, tariff_id, currency) on generations to billing_bill_page;
grant select (bill_id, account_id, generation, partition_index, total_minor) on bills to billing_bill_page;
grant select (bill_id, generation, partition_index, line, code_id, quantity_milli, rate_micro, amount_minor) on bill_items
  to billing_bill_page;
grant select on item_codes, tariffs, generation_templates to billing_bill_page;
grant select (id, channel, locale, version, promotional, parts) on template_versions to billing_bill_page;
grant select (id, member_id) on accounts to billing_bill_page;
grant select (id, language) on members to billing_bill_page;

-- Down Migration
drop owned by billing_bill_page;
