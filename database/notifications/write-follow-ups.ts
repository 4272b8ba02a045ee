import type { FollowUp } from "../../notification/follow-up.ts";
import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { withDeadLetters } from "./with-dead-letters.ts";

/** A locked follow-up, what it was found to be, and its row as it is to be. */
export interface SettledFollowUp {
  readonly found: FollowUp;
  readonly row: NotificationRow;
}

const statement = withDeadLetters(
  `settled as (
       select * from unnest($4::bigint[], $5::text[], $6::boolean[], $7::text[], $8::float8[], $9::smallint[],
                            $10::bigint[], $11::smallint[])
         as settled(bill_id, state, follows, reason, due_ms, unknown_outcomes, told_minor, told_generation)
     ), moved as (
       update notifications n
          set state = s.state::notification_state, follows = s.follows, reason = coalesce(s.reason, n.reason),
              due_at = coalesce(to_timestamp(s.due_ms / 1000), n.due_at), unknown_outcomes = s.unknown_outcomes,
              told_minor = s.told_minor, told_generation = s.told_generation, updated_at = clock_timestamp()
         from settled s
        where n.bill_id = s.bill_id and n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3`,
  "the former message may have told this amount",
);

/**
 * Writes what locked follow-ups turned out to be. One that does not wait follows nothing any more; a correction keeps what
 * it corrects for good, so that a retry or a redrive says the same. What is DEAD gets its dead letter.
 */
export async function writeFollowUps(
  client: Queryable,
  { period, generation }: GenerationAddress,
  settled: readonly SettledFollowUp[],
): Promise<void> {
  const { from, to } = billIdRange(period);
  const told = settled.map(({ found }) => (found.kind === "correction" ? found.told : null));
  await client.query(statement, [
    generation,
    from,
    to,
    settled.map(({ row }) => row.billId),
    settled.map(({ row }) => row.state),
    settled.map(({ found }) => found.kind === "wait"),
    settled.map(({ found, row }) => reasonOf(found, row)),
    settled.map(({ found, row }) => (found.kind === "wait" && "dueAtMs" in row ? row.dueAtMs : null)),
    settled.map(({ row }) => row.unknownOutcomes),
    told.map((message) => message?.amountMinor ?? null),
    told.map((message) => message?.generation ?? null),
  ]);
}

/** null = as it was planned. */
function reasonOf(found: FollowUp, row: NotificationRow): string | null {
  switch (found.kind) {
    case "wait":
      return "former-message";
    case "told-already":
      return "told-already";
    case "uncertain":
      return row.state === "DEAD" ? row.cause : null;
    default:
      return null;
  }
}
