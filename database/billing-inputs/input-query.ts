/** One sum of usage the query computes: records of one meter (in one time band), each rounded up to the meter's step. */
export interface UsageColumn {
  readonly meter: string;
  readonly meterId: number;
  readonly band: string;
  readonly stepMilli: number;
  /** Hours of the week (0 = Monday 00:00, in the tariff's zone) that belong to the band; null = all of them. */
  readonly hours: readonly number[] | null;
}

/** What one settlement partition reads. */
export interface InputQuery {
  /** First day of the period and of the next one, `YYYY-MM-DD`. */
  readonly periodStart: string;
  readonly periodEnd: string;
  /** Half-open range of buckets. */
  readonly bucketFrom: number;
  readonly bucketTo: number;
  /** Rows recorded later than this do not exist for the run; text as PostgreSQL wrote it. */
  readonly frozenAt: string;
  /** IANA zone in which hours of the week are counted. */
  readonly timeZone: string;
  readonly usage: readonly UsageColumn[];
}

/**
 * Settings of the connection that runs the query. Memory for the partition's hashes and its sort, which otherwise go
 * through files (a fifth more processor time); no parallel plans and no JIT, because the other workers are the parallelism
 * and a plan compiled anew for each partition never pays.
 */
export const inputSettings = "set work_mem = '64MB'; set max_parallel_workers_per_gather = 0; set jit = off";

/** A usage event holds at most this many thousandths of a unit (check constraint of usage_records). */
const LARGEST_EVENT_MILLI = 1e12;
const LARGEST_INT4 = 2147483647;

/**
 * The statement whose rows `InputRows` reads: one row for each subscription that is active in the period or has usage in
 * it, and one for each account without any, ordered by account. Days are counted from 1970-01-01.
 */
export function inputQuery(query: InputQuery): string {
  return `copy (
  select a.id, a.currency, ${epochDay("a.joined_on")}, a.birthday, a.welfare_class, family.tenure_years,
    s.id, s.plan, ${epochDay("s.started_on")}, ${epochDay("s.ended_on")}, s.suspended_days,
    s.months, ${epochDay("s.contract_started_on")}, ${epochDay("s.terminated_on")}, s.add_ons,
    adjustment.list, s.unknown_meter_id${query.usage.map((_, index) => `, s.${steps(index)}`).join("")}
  from accounts a
  left join (${subscriptionQuery(query)}) s on s.account_id = a.id
  left join (${familyQuery(query)}) family on family.family_id = a.family_id
  left join (${adjustmentQuery(query)}) adjustment on adjustment.account_id = a.id
  where ${mine("a", query)}
  order by a.id, s.id
) to stdout`;
}

function subscriptionQuery(query: InputQuery): string {
  return `
    select s.id, s.account_id, s.plan, s.started_on, s.ended_on, suspension.days as suspended_days,
      contract.months, contract.started_on as contract_started_on, contract.terminated_on, add_on.list as add_ons, u.*
    from subscriptions s
    left join (${usageQuery(query)}) u on u.subscription_id = s.id
    left join (${contractQuery(query)}) contract on contract.subscription_id = s.id
    left join (${addOnQuery(query)}) add_on on add_on.subscription_id = s.id
    left join (${suspensionQuery(query)}) suspension on suspension.subscription_id = s.id
    where ${mine("s", query)} and (${inPeriod("s.started_on", "s.ended_on", query)} or u.subscription_id is not null)`;
}

/** Sums as numbers of steps: they fit int4, whose sum is a by-value bigint and costs a third less than sum(bigint). */
function usageQuery(query: InputQuery): string {
  const columns = query.usage.map((column, index) => {
    const count = `(quantity_milli + ${column.stepMilli - 1}) / ${column.stepMilli}`;
    const sum =
      LARGEST_EVENT_MILLI / column.stepMilli < LARGEST_INT4 ? `sum((${count})::int)` : `sum(${count})`;
    const band = column.hours === null ? "" : ` and hour_of_week in (${column.hours.join(", ")})`;
    return `, ${sum} filter (where meter_id = ${column.meterId}${band}) as ${steps(index)}`;
  });
  return `
      select subscription_id, max(meter_id) filter (where ${unknownMeter(query.usage)}) as unknown_meter_id${columns.join("")}
      from ${usageSource(query)}
      group by subscription_id`;
}

/**
 * Whether a record's meter is none of the tariff's. Evaluated for every record: where the numbers follow each other, two
 * comparisons cost a fifth of a list.
 */
function unknownMeter(usage: readonly UsageColumn[]): string {
  const known = [...new Set(usage.map((column) => column.meterId))].toSorted((a, b) => a - b);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "true";
  if (last - first === known.length - 1) return `meter_id not between ${first} and ${last}`;
  return `meter_id not in (${known.join(", ")})`;
}

function usageSource(query: InputQuery): string {
  const banded = query.usage.some((column) => column.hours !== null);
  const hour = `, (extract(isodow from local_start) * 24 - 24 + extract(hour from local_start))::int as hour_of_week`;
  const from = banded
    ? `usage_records, lateral (select started_at at time zone '${query.timeZone}' as local_start) l`
    : "usage_records";
  return `(
        select subscription_id, meter_id, quantity_milli${banded ? hour : ""}
        from ${from}
        where period = '${query.periodStart}' and bucket >= ${query.bucketFrom} and bucket < ${query.bucketTo}
          and received_at <= '${query.frozenAt}'
      ) r`;
}

/** One contract a subscription: one broken in the period if there is such (it may cost a claw-back), else the latest. */
function contractQuery(query: InputQuery): string {
  return `
      select distinct on (subscription_id) subscription_id, months, started_on, terminated_on
      from contracts
      where ${mine("contracts", query)} and ${inPeriod("started_on", "terminated_on", query)}
      order by subscription_id, terminated_on nulls last, started_on desc`;
}

/** Ordered by bytes: the order of lines enters the bill's digest, and must not follow the locale of a server. */
function addOnQuery(query: InputQuery): string {
  const entry = `concat(${epochDay("started_on")}, ':', ${epochDay("ended_on")}, ':', code)`;
  return `
      select subscription_id, string_agg(${entry}, ',' order by code collate "C", started_on) as list
      from add_ons
      where ${mine("add_ons", query)} and ${inPeriod("started_on", "ended_on", query)}
      group by subscription_id`;
}

/** Days of the period on which service was suspended: each once, and none on which there was no service to suspend. */
function suspensionQuery(query: InputQuery): string {
  const first = `greatest(p.started_on, s.started_on, date '${query.periodStart}')`;
  const last = `least(p.ended_on, s.ended_on, date '${query.periodEnd}' - 1)`;
  return `
      select subscription_id, (select sum(upper(span) - lower(span)) from unnest(spans) span) as days
      from (
        select p.subscription_id, range_agg(daterange(${first}, ${last}, '[]')) as spans
        from suspensions p join subscriptions s on s.id = p.subscription_id
        where ${mine("p", query)} and ${inPeriod("p.started_on", "p.ended_on", query)} and ${first} <= ${last}
        group by p.subscription_id
      ) merged`;
}

function familyQuery(query: InputQuery): string {
  return `
    select family_id, sum(extract(year from age(date '${query.periodEnd}', joined_on))::int) as tenure_years
    from accounts
    where ${mine("accounts", query)} and family_id is not null and joined_on < '${query.periodEnd}'
    group by family_id`;
}

function adjustmentQuery(query: InputQuery): string {
  return `
    select account_id, string_agg(concat(id, ':', kind, ':', amount_minor, ':', charge), ',' order by id) as list
    from adjustments
    where period = '${query.periodStart}' and ${mine("adjustments", query)}
    group by account_id`;
}

/** The rows of table or alias `t` that this partition owns and that the run may see. */
function mine(t: string, query: InputQuery): string {
  return (
    `${t}.bucket >= ${query.bucketFrom} and ${t}.bucket < ${query.bucketTo} ` +
    `and ${t}.recorded_at <= '${query.frozenAt}'`
  );
}

function inPeriod(startedOn: string, endedOn: string, query: InputQuery): string {
  return `${startedOn} < '${query.periodEnd}' and (${endedOn} is null or ${endedOn} >= '${query.periodStart}')`;
}

function epochDay(column: string): string {
  return `${column} - date '1970-01-01'`;
}

function steps(index: number): string {
  return `steps_${index}`;
}
