import type { Queryable } from "../../platform/postgres.ts";

/** Those of the events that are recorded already. */
export async function knownEvents(
  client: Queryable,
  source: string,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ eventId: string }>(
    `select event_id as "eventId" from receipts where source = $1 and event_id = any($2::text[])`,
    [source, eventIds],
  );
  return new Set(rows.map(({ eventId }) => eventId));
}
