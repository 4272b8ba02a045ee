import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { withDeadLetters } from "./with-dead-letters.ts";

const statement = withDeadLetters(
  `expired as (
       select * from unnest($4::bigint[], $5::text[], $6::smallint[], $7::smallint[], $8::float8[], $9::text[])
         as expired(bill_id, state, attempt, unknown_outcomes, due_ms, reason)
     ), moved as (
       update notifications n
          set state = case when n.withdrawn then 'SUPERSEDED' else e.state::notification_state end,
              attempt = e.attempt, unknown_outcomes = e.unknown_outcomes,
              due_at = coalesce(to_timestamp(e.due_ms / 1000), n.due_at), reason = e.reason,
              lease_until = null, updated_at = clock_timestamp()
         from expired e
        where n.bill_id = e.bill_id and n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3`,
  "the lease ran out too often",
);

/**
 * Writes what became of locked SENDING rows whose lease ran out: UNKNOWN, to be sent again under the same key, or
 * DEAD with its dead letter. One whose bill was superseded meanwhile is
 * not sent again. The provider stays as the claim has recorded it.
 */
export async function writeExpiredLeases(
  client: Queryable,
  { period, generation }: GenerationAddress,
  rows: readonly NotificationRow[],
): Promise<void> {
  const { from, to } = billIdRange(period);
  await client.query(statement, [
    generation,
    from,
    to,
    rows.map((row) => row.billId),
    rows.map((row) => row.state),
    rows.map((row) => row.attempt),
    rows.map((row) => row.unknownOutcomes),
    rows.map((row) => (row.state === "UNKNOWN" ? row.dueAtMs : null)),
    rows.map((row) => (row.state === "DEAD" ? row.cause : "lease-expired")),
  ]);
}
