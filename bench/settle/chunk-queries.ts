import type {
  AddOnInput,
  AdjustmentInput,
  BillInput,
  ContractInput,
  SubscriptionInput,
  UsageSum,
} from "../../billing/bill-input.ts";
import type { RunTariff } from "../../jobs/run-tariff.ts";
import type { Client } from "../../platform/postgres.ts";

/** A page of accounts by key. */
export interface Page {
  readonly after: number;
  readonly upTo: number;
  readonly size: number;
}

/** The indexes that reading by key needs, which settlement by COPY does without. */
export const chunkIndexes = [
  "create index if not exists bench_usage on usage_records (subscription_id)",
  "create index if not exists bench_family on accounts (family_id)",
  "create index if not exists bench_adjustments on adjustments (account_id)",
];

interface AccountRow extends Omit<BillInput, "subscriptions" | "adjustments" | "familyTenureYears"> {
  readonly familyId: number | null;
}

/**
 * Reads a page of accounts with everything their bills depend on: one query a table, with the page's keys, as a careful
 * programmer would write it without COPY (no query per account).
 */
export async function readPage(client: Client, tariff: RunTariff, page: Page): Promise<BillInput[]> {
  const accounts = await query<AccountRow>(
    client,
    `select id as "accountId", currency, joined_on - date '1970-01-01' as "joinedOn", birthday, welfare_class as welfare,
       family_id as "familyId"
     from accounts where id > $1 and id <= $2 order by id limit $3`,
    [page.after, page.upTo, page.size],
  );
  const ids = accounts.map((account) => account.accountId);
  const families = await readFamilies(client, tariff, accounts);
  const subscriptions = await readSubscriptions(client, tariff, ids);
  const adjustments = await query<AdjustmentInput & { accountId: number }>(
    client,
    `select account_id as "accountId", id as "adjustmentId", kind, charge, amount_minor as "amountMinor"
     from adjustments where account_id = any($1) and period = $2 order by id`,
    [ids, tariff.inputQuery.periodStart],
  );
  const subscriptionsOf = Map.groupBy(subscriptions, (row) => row.accountId);
  const adjustmentsOf = Map.groupBy(adjustments, (row) => row.accountId);
  return accounts.map(({ familyId, ...account }) => ({
    ...account,
    familyTenureYears: familyId === null ? null : (families.get(familyId) ?? null),
    subscriptions: (subscriptionsOf.get(account.accountId) ?? []).map(({ accountId: _, ...rest }) => rest),
    adjustments: (adjustmentsOf.get(account.accountId) ?? []).map(({ accountId: _, ...rest }) => rest),
  }));
}

async function readFamilies(
  client: Client,
  tariff: RunTariff,
  accounts: readonly AccountRow[],
): Promise<Map<number, number>> {
  const ids = [...new Set(accounts.map((account) => account.familyId).filter((id) => id !== null))];
  const rows = await query<{ familyId: number; years: number }>(
    client,
    `select family_id as "familyId", sum(extract(year from age($2::date, joined_on))::int) as years
     from accounts where family_id = any($1) and joined_on < $2 group by family_id`,
    [ids, tariff.inputQuery.periodEnd],
  );
  return new Map(rows.map((row) => [row.familyId, row.years]));
}

async function readSubscriptions(
  client: Client,
  tariff: RunTariff,
  accountIds: readonly number[],
): Promise<(SubscriptionInput & { accountId: number })[]> {
  const { periodStart, periodEnd } = tariff.inputQuery;
  const inPeriod = "started_on < $3 and (ended_on is null or ended_on >= $2)";
  const rows = await query<Omit<SubscriptionInput, "contract" | "addOns" | "usage"> & { accountId: number }>(
    client,
    `select s.account_id as "accountId", s.id as "subscriptionId", s.plan, s.started_on - date '1970-01-01' as "startedOn",
       s.ended_on - date '1970-01-01' as "endedOn",
       coalesce((select sum(least(coalesce(p.ended_on, $3::date - 1), $3::date - 1) - greatest(p.started_on, $2) + 1)
         from suspensions p where p.subscription_id = s.id and p.${inPeriod.replace("(ended_on is null or ", "(p.ended_on is null or p.")}),
         0)::int as "suspendedDays"
     from subscriptions s where s.account_id = any($1) and ${inPeriod} order by s.id`,
    [accountIds, periodStart, periodEnd],
  );
  const keys = [rows.map((row) => row.subscriptionId), periodStart, periodEnd];
  const contracts = await query<ContractInput & { subscriptionId: number }>(
    client,
    `select distinct on (subscription_id) subscription_id as "subscriptionId", months,
       started_on - date '1970-01-01' as "startedOn", terminated_on - date '1970-01-01' as "terminatedOn"
     from contracts where subscription_id = any($1) and started_on < $3 and (terminated_on is null or terminated_on >= $2)
     order by subscription_id, terminated_on nulls last, started_on desc`,
    keys,
  );
  const addOns = await query<AddOnInput & { subscriptionId: number }>(
    client,
    `select subscription_id as "subscriptionId", code, started_on - date '1970-01-01' as "startedOn",
       ended_on - date '1970-01-01' as "endedOn"
     from add_ons where subscription_id = any($1) and ${inPeriod} order by code, started_on`,
    keys,
  );
  const usage = await readUsage(client, tariff, keys);
  const contractOf = new Map(contracts.map(({ subscriptionId, ...contract }) => [subscriptionId, contract]));
  const addOnsOf = Map.groupBy(addOns, (row) => row.subscriptionId);
  return rows.map((row) => ({
    ...row,
    contract: contractOf.get(row.subscriptionId) ?? null,
    addOns: (addOnsOf.get(row.subscriptionId) ?? []).map(({ subscriptionId: _, ...addOn }) => addOn),
    usage: usage.get(row.subscriptionId) ?? [],
  }));
}

async function readUsage(
  client: Client,
  tariff: RunTariff,
  keys: unknown[],
): Promise<Map<number, UsageSum[]>> {
  const steps = new Map(tariff.usageColumns.map((column) => [column.meterId, column]));
  const cases = tariff.usageColumns.map(
    ({ meterId, stepMilli }) =>
      `when ${meterId} then (quantity_milli + ${stepMilli - 1}) / ${stepMilli} * ${stepMilli}`,
  );
  const rows = await query<{ subscriptionId: number; meterId: number; quantityMilli: string }>(
    client,
    `select subscription_id as "subscriptionId", meter_id as "meterId",
       sum(case meter_id ${cases.join(" ")} else quantity_milli end) as "quantityMilli"
     from usage_records where subscription_id = any($1) and period >= $2 and period < $3
     group by subscription_id, meter_id order by subscription_id, meter_id`,
    keys,
  );
  const sums = rows.map((row) => {
    const column = steps.get(row.meterId);
    const meter = column?.meter ?? tariff.meterCodes.get(row.meterId) ?? "?";
    return { subscriptionId: row.subscriptionId, meter, band: "", quantityMilli: Number(row.quantityMilli) };
  });
  const grouped = Map.groupBy(sums, (row) => row.subscriptionId);
  return new Map([...grouped].map(([id, list]) => [id, list.map(({ subscriptionId: _, ...sum }) => sum)]));
}

async function query<Row extends object>(client: Client, text: string, values: unknown[]): Promise<Row[]> {
  return (await client.query<Row & Record<string, unknown>>(text, values)).rows;
}
