import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** A generation with messages on their way, and the policy it was promoted with as JSON (null = before there were any). */
export interface OpenGeneration extends GenerationAddress {
  readonly runId: string;
  readonly notificationPolicy: unknown;
}

/**
 * The released generations whose messages are not all at an end. A superseded one counts too: where its bill did not
 * change, its message goes on.
 */
export async function openGenerations(client: Queryable): Promise<readonly OpenGeneration[]> {
  const released = await client.query<OpenGeneration>(
    `select to_char(period, 'YYYY-MM') as period, number as generation, run_id as "runId", notification_policy as "notificationPolicy"
       from generations
      where released_at is not null and state in ('live', 'superseded')
      order by period, number`,
  );
  const open: OpenGeneration[] = [];
  for (const address of released.rows) {
    if (await hasOpenMessages(client, address)) open.push(address);
  }
  return open;
}

/** Three probes, each of a partial index that holds only rows in such a state. */
async function hasOpenMessages(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<boolean> {
  const { from, to } = billIdRange(period);
  const probe = (states: string): string =>
    `exists (select from notifications
              where generation = $1 and bill_id >= $2 and bill_id < $3 and state in (${states}))`;
  const result = await client.query<{ open: boolean }>(
    `select ${probe("'SCHEDULED', 'UNKNOWN'")} or ${probe("'QUEUED'")} or ${probe("'SENDING'")} as open`,
    [generation, from, to],
  );
  return result.rows[0]?.open === true;
}
