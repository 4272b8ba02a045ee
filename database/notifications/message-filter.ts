import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** Which messages of one generation; what is left out does not matter. */
export interface MessageFilter extends GenerationAddress {
  readonly state?: NotificationRow["state"] | undefined;
  readonly channel?: string | undefined;
  readonly reason?: string | undefined;
  /** Billing clock, ISO 8601, [from, before): only what waits is due. */
  readonly dueFrom?: string | undefined;
  readonly dueBefore?: string | undefined;
}

/** The filter as conditions on alias `n`, but for the state where the caller says it itself. */
export function messageConditions(filter: MessageFilter, values: unknown[], saysState: boolean): string {
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const { state, channel, reason, dueFrom, dueBefore } = filter;
  const parts = ["true"];
  // As text, so that the partial indexes by state stay out of the choice and the pages follow the key.
  if (state !== undefined && !saysState) parts.push(`n.state::text = ${parameter(state)}`);
  if (channel !== undefined) parts.push(`n.channel = ${parameter(channel)}`);
  if (reason !== undefined) parts.push(`n.reason = ${parameter(reason)}`);
  if (dueFrom !== undefined || dueBefore !== undefined) {
    parts.push("n.state::text in ('SCHEDULED', 'UNKNOWN')");
  }
  if (dueFrom !== undefined) parts.push(`n.due_at >= ${parameter(dueFrom)}::timestamptz`);
  if (dueBefore !== undefined) parts.push(`n.due_at < ${parameter(dueBefore)}::timestamptz`);
  return parts.join(" and ");
}

/** How many messages a filter leaves at most, and how many stand in its state at all; of the counts. */
export interface ExpectedMessages {
  readonly matching: number;
  readonly inState: number;
}

/** What the counts say of a filter; due instants are known to the hour. */
export async function expectedMessages(client: Queryable, filter: MessageFilter): Promise<ExpectedMessages> {
  const { period, generation, state, channel, reason, dueFrom, dueBefore } = filter;
  const { rows } = await client.query<ExpectedMessages>(
    `select coalesce(sum(messages) filter (
              where ($4::text is null or channel = $4) and ($5::text is null or reason = $5)
                and ($6::timestamptz is null or due_hour >= date_bin('1 hour', $6::timestamptz, '2000-01-01Z'))
                and ($7::timestamptz is null or due_hour < $7)), 0)::bigint as matching,
            coalesce(sum(messages), 0)::bigint as "inState"
       from notification_counts
      where period = $1 and generation = $2 and ($3::text is null or state::text = $3)`,
    [
      ...[periodDate(period), generation, state ?? null, channel ?? null, reason ?? null],
      ...[dueFrom ?? null, dueBefore ?? null],
    ],
  );
  return rows[0] ?? { matching: 0, inState: 0 };
}
