import { parseEpochDay, toCivilDate } from "../../billing/epoch-day.ts";
import type {
  AddOnInput,
  AdjustmentInput,
  BillInput,
  ContractInput,
  SubscriptionInput,
} from "../../billing/bill-input.ts";
import type { BillingPeriod } from "../../billing/period.ts";
import type { CompiledTariff } from "../../billing/tariff/compiled.ts";
import { sumUsage, type UsageRecord } from "../../billing/usage.ts";
import type { Client } from "../../platform/postgres.ts";

// Bill inputs by plain selects and plain loops: what the one COPY of settlement is compared with. Shares no SQL with it.

interface Span {
  readonly started_on: string;
  readonly ended_on: string | null;
}
interface AccountRow {
  readonly id: number;
  readonly family_id: number | null;
  readonly currency: string;
  readonly joined_on: string;
  readonly birthday: number;
  readonly welfare_class: string;
}
interface SubscriptionRow extends Span {
  readonly id: number;
  readonly account_id: number;
  readonly plan: string;
}
interface OfSubscription {
  readonly subscription_id: number;
}
interface ContractRow extends OfSubscription {
  readonly months: number;
  readonly started_on: string;
  readonly terminated_on: string | null;
}
interface AddOnRow extends OfSubscription, Span {
  readonly code: string;
}
interface AdjustmentRow {
  readonly id: number;
  readonly account_id: number;
  readonly period: string;
  readonly kind: "taxable" | "final";
  readonly charge: string;
  readonly amount_minor: number;
}
interface UsageRow extends OfSubscription {
  readonly meter: string;
  readonly startedAtMs: number;
  readonly quantityMilli: number;
}
interface Tables {
  readonly accounts: readonly AccountRow[];
  readonly subscriptions: readonly SubscriptionRow[];
  readonly suspensions: readonly (OfSubscription & Span)[];
  readonly contracts: readonly ContractRow[];
  readonly addOns: readonly AddOnRow[];
  readonly adjustments: readonly AdjustmentRow[];
  readonly usage: readonly UsageRow[];
}

/** All bill inputs of a month, by account; accounts of which nothing belongs to the month are left out. */
export async function readSlowly(client: Client, tariff: CompiledTariff): Promise<Map<number, BillInput>> {
  const tables = await readTables(client, tariff.period);
  const inputs = tables.accounts.map((account) => inputOf(tables, tariff, account));
  return new Map(
    inputs
      .filter((input) => input.subscriptions.length > 0 || input.adjustments.length > 0)
      .map((input) => [input.accountId, input]),
  );
}

async function readTables(client: Client, period: BillingPeriod): Promise<Tables> {
  // Rows as JSON: dates arrive as texts and not as instants of some zone.
  const all = async <Row>(from: string): Promise<Row[]> => {
    const { rows } = await client.query<{ row: Row }>(`select to_json(t) as row from ${from} t`);
    return rows.map(({ row }) => row);
  };
  return {
    accounts: await all("accounts"),
    subscriptions: await all("subscriptions"),
    suspensions: await all("suspensions"),
    contracts: await all("contracts"),
    addOns: await all("add_ons"),
    adjustments: await all("adjustments"),
    usage: await all(
      `(select subscription_id, code as meter, extract(epoch from started_at) * 1000 as "startedAtMs",
          quantity_milli as "quantityMilli"
        from usage_records join meters on id = meter_id where to_char(period, 'YYYY-MM') = '${period.text}')`,
    ),
  };
}

function inputOf(tables: Tables, tariff: CompiledTariff, account: AccountRow): BillInput {
  const { period } = tariff;
  const subscriptions = tables.subscriptions
    .filter(({ account_id }) => account_id === account.id)
    .filter((row) => touches(row, period) || tables.usage.some((record) => record.subscription_id === row.id))
    .sort((one, other) => one.id - other.id);
  return {
    accountId: account.id,
    currency: account.currency,
    joinedOn: day(account.joined_on),
    birthday: account.birthday,
    welfare: account.welfare_class,
    familyTenureYears: tenureOf(tables, account.family_id, period),
    subscriptions: subscriptions.map((row) => subscriptionOf(tables, tariff, row)),
    adjustments: tables.adjustments
      .filter((row) => row.account_id === account.id && row.period === `${period.text}-01`)
      .sort((one, other) => one.id - other.id)
      .map(({ id, kind, charge, amount_minor }): AdjustmentInput => {
        return { adjustmentId: id, kind, charge, amountMinor: amount_minor };
      }),
  };
}

function subscriptionOf(tables: Tables, tariff: CompiledTariff, row: SubscriptionRow): SubscriptionInput {
  const own = <Row extends OfSubscription>(rows: readonly Row[]): Row[] =>
    rows.filter((candidate) => candidate.subscription_id === row.id);
  const records = own(tables.usage);
  const known: UsageRecord[] = records.filter(({ meter }) => tariff.meterByCode.has(meter));
  const unknown = records.filter(({ meter }) => !tariff.meterByCode.has(meter)).map(({ meter }) => meter);
  const sums = sumUsage(tariff, known);
  for (const meter of unknown.slice(0, 1)) sums.push({ meter, band: "", quantityMilli: 0 });
  return {
    subscriptionId: row.id,
    plan: row.plan,
    startedOn: day(row.started_on),
    endedOn: dayOrNull(row.ended_on),
    suspendedDays: suspendedDays(own(tables.suspensions), row, tariff.period),
    contract: contractOf(own(tables.contracts), tariff.period),
    addOns: addOnsOf(own(tables.addOns), tariff.period),
    usage: sums,
  };
}

/** Counts the days of the month one by one. */
function suspendedDays(suspensions: readonly Span[], service: Span, period: BillingPeriod): number {
  let days = 0;
  for (let today = period.start; today < period.end; today++) {
    if (covers(service, today) && suspensions.some((suspension) => covers(suspension, today))) days++;
  }
  return days;
}

function contractOf(contracts: readonly ContractRow[], period: BillingPeriod): ContractInput | null {
  const last = Number.MAX_SAFE_INTEGER;
  const [chosen] = contracts
    .map(({ months, started_on, terminated_on }) => {
      return { months, startedOn: day(started_on), terminatedOn: dayOrNull(terminated_on) };
    })
    .filter(({ startedOn, terminatedOn }) => startedOn < period.end && (terminatedOn ?? last) >= period.start)
    .sort(
      (one, other) =>
        (one.terminatedOn ?? last) - (other.terminatedOn ?? last) || other.startedOn - one.startedOn,
    );
  return chosen ?? null;
}

function addOnsOf(addOns: readonly AddOnRow[], period: BillingPeriod): AddOnInput[] {
  return addOns
    .filter((row) => touches(row, period))
    .map(({ code, started_on, ended_on }) => {
      return { code, startedOn: day(started_on), endedOn: dayOrNull(ended_on) };
    })
    .sort((one, other) =>
      one.code === other.code ? one.startedOn - other.startedOn : one.code < other.code ? -1 : 1,
    );
}

/** Full years at the end of the period of everybody in the family. */
function tenureOf(tables: Tables, familyId: number | null, period: BillingPeriod): number | null {
  if (familyId === null) return null;
  const end = toCivilDate(period.end);
  let years = 0;
  for (const { family_id, joined_on } of tables.accounts) {
    const joined = toCivilDate(day(joined_on));
    if (family_id !== familyId || day(joined_on) >= period.end) continue;
    const before = end.month * 100 + end.day < joined.month * 100 + joined.day;
    years += end.year - joined.year - (before ? 1 : 0);
  }
  return years;
}

function touches(span: Span, period: BillingPeriod): boolean {
  return day(span.started_on) < period.end && (dayOrNull(span.ended_on) ?? period.start) >= period.start;
}

function covers(span: Span, today: number): boolean {
  return day(span.started_on) <= today && (dayOrNull(span.ended_on) ?? today) >= today;
}

function day(text: string): number {
  const epochDay = parseEpochDay(text);
  if (epochDay === null) throw new RangeError(`${text} is no date`);
  return epochDay;
}

function dayOrNull(text: string | null): number | null {
  return text === null ? null : day(text);
}
