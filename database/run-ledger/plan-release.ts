import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** A message that nobody has touched since it was planned, and what its member wants. */
export interface PlannedRow {
  readonly billId: number;
  readonly timeZone: string;
  readonly sendDay: number | null;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
}

/** When it is due instead. */
export interface NewPlan {
  readonly dueAtMs: number;
  readonly reason: string;
}

/** What is known of a generation's release. */
export interface ReleaseFacts {
  readonly state: string;
  /** Released, and messages may have left: too late to plan them anew. */
  readonly leaving: boolean;
  readonly notificationPolicy: unknown;
  /** Billing clock. */
  readonly nowMs: number;
}

/** How a generation's release stands; null when there is no such generation. */
export async function releaseFacts(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<ReleaseFacts | null> {
  const { rows } = await client.query<ReleaseFacts>(
    `select state, released_at is not null and coalesce(release_at <= billing_now(), true) as leaving,
            notification_policy as "notificationPolicy", extract(epoch from billing_now())::float8 * 1000 as "nowMs"
       from generations where period = $1 and number = $2`,
    [periodDate(period), generation],
  );
  return rows[0] ?? null;
}

const untouched = `n.state::text = 'SCHEDULED' and n.seq = 0 and n.message_generation = 1
  and n.reason in ('released', 'send-day', 'quiet-hours')`;

/**
 * Plans anew what promotion has planned and nobody has touched since, a page a statement, in the order of the bills'
 * numbers. What a person reserved or forced stays. Done twice it changes nothing more; a crash between two pages leaves
 * messages of both plans, and whoever asked asks again.
 */
export async function planAnew(
  client: Queryable,
  { period, generation }: GenerationAddress,
  plan: (row: PlannedRow) => NewPlan,
  pageSize = 5_000,
): Promise<number> {
  const { from, to } = billIdRange(period);
  let after = from - 1;
  let planned = 0;
  for (;;) {
    const { rows } = await client.query<PlannedRow>(
      `select n.bill_id as "billId", m.time_zone as "timeZone", m.send_day as "sendDay", m.quiet_start as "quietStart",
              m.quiet_end as "quietEnd"
         from notifications n join members m on m.id = n.member_id
        where n.generation = $1 and n.bill_id > $2 and n.bill_id < $3 and ${untouched}
        order by n.bill_id
        limit $4`,
      [generation, after, to, pageSize],
    );
    if (rows.length === 0) return planned;
    const plans = rows.map(plan);
    const { rowCount } = await client.query(
      `update notifications n
          set due_at = to_timestamp(p.due_ms / 1000), wanted_at = to_timestamp(p.due_ms / 1000), reason = p.reason,
              updated_at = clock_timestamp()
         from unnest($4::bigint[], $5::float8[], $6::text[]) as p(bill_id, due_ms, reason)
        where n.bill_id = p.bill_id and n.bill_id = any($4::bigint[]) and n.generation = $1
          and n.bill_id >= $2 and n.bill_id < $3 and ${untouched}`,
      [
        ...[generation, from, to],
        rows.map(({ billId }) => billId),
        plans.map(({ dueAtMs }) => dueAtMs),
        plans.map(({ reason }) => reason),
      ],
    );
    planned += rowCount ?? 0;
    after = rows.at(-1)?.billId ?? to;
  }
}

/** Releases a live generation, its messages due from `fromMs` on (null = as they were planned). Done twice it is done once. */
export async function recordRelease(
  client: Queryable,
  { period, generation }: GenerationAddress,
  fromMs: number | null,
): Promise<void> {
  await client.query(
    `update generations
        set released_at = coalesce(released_at, clock_timestamp()), release_at = to_timestamp($3::float8 / 1000)
      where period = $1 and number = $2 and state = 'live'`,
    [periodDate(period), generation, fromMs],
  );
}
