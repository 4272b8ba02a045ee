-- Up Migration

-- What the operator sees of tables that hold more than it needs. A view reads with its owner's rights.

-- Comparison of single bills, for the gate: no items, no inputs.
create view bill_totals as select account_id, bill_id, generation, total_minor from bills;
alter view bill_totals owner to billing_settlement;

-- Whether a period has usage at all, and whether there is anybody to bill.
create view usage_months as select period from usage_records;
alter view usage_months owner to billing_import;
create view accounts_present as select exists (select from accounts) as present;

grant select on bill_totals, usage_months, accounts_present to billing_operator, billing_settlement;

-- Whose message it is, and when it is due, is none of the operator's business: it counts states.
revoke select on notifications from billing_operator;
grant select (bill_id, generation, state) on notifications to billing_operator;
-- Nor which accounts were held: the counts stand in the ledger.
revoke select on held_accounts from billing_operator;
revoke select on tariffs from billing_operator;
grant select (id, name, version) on tariffs to billing_operator;

-- Down Migration
revoke select (bill_id, generation, state) on notifications from billing_operator;
revoke select (id, name, version) on tariffs from billing_operator;
grant select on notifications, held_accounts, tariffs to billing_operator;
drop view accounts_present, usage_months, bill_totals;
