import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** What a command makes of one locked row. */
export interface Move {
  readonly before: NotificationRow;
  readonly after: NotificationRow;
}

/**
 * Writes the moves of one generation in one statement, with their trace. A new message takes its dead letter off the
 * open list. A bill that was withdrawn and holds again is no longer withdrawn: its new message may be tried again.
 */
export async function writeMoves(
  client: Queryable,
  { period, generation }: GenerationAddress,
  commandId: string,
  moves: readonly Move[],
): Promise<void> {
  if (moves.length === 0) return;
  const { from, to } = billIdRange(period);
  const written = await client.query<{ moved: number }>(statement, [
    ...[generation, from, to, commandId],
    moves.map(({ after }) => after.billId),
    moves.map(({ before }) => before.state),
    moves.map(({ after }) => after.state),
    moves.map(({ after }) => after.messageGeneration),
    moves.map(({ before, after }) => after.messageGeneration !== before.messageGeneration),
    moves.map(({ after }) => after.channel),
    moves.map(({ after }) => [after.channel, ...after.fallbacks].join(",")),
    moves.map(({ after }) => after.attempt),
    moves.map(({ after }) => after.unknownOutcomes),
    moves.map(({ after }) => reasonOf(after)),
    moves.map(({ after }) => ("dueAtMs" in after ? after.dueAtMs : null)),
  ]);
  const moved = written.rows[0]?.moved ?? 0;
  // The rows are locked, so this cannot be; if it is, the answer must not say otherwise.
  if (moved !== moves.length) throw new Error(`${moved} of ${moves.length} locked messages moved`);
}

// `state::text` keeps the partial indexes by state out of the choice, as in write-results.ts.
const statement = `
  with move as (
    select * from unnest($5::bigint[], $6::text[], $7::text[], $8::smallint[], $9::boolean[], $10::text[], $11::text[],
                         $12::smallint[], $13::smallint[], $14::text[], $15::float8[])
      as move(bill_id, from_state, to_state, message_generation, fresh, channel, channel_plan, attempt,
              unknown_outcomes, reason, due_ms)
  ), moved as (
    update notifications n
       set state = m.to_state::notification_state, message_generation = m.message_generation, channel = m.channel,
           channel_plan = case when m.fresh then m.channel_plan else n.channel_plan end,
           attempt = m.attempt, unknown_outcomes = m.unknown_outcomes, reason = m.reason,
           due_at = coalesce(to_timestamp(m.due_ms / 1000), n.due_at), lease_until = null,
           wanted_at = coalesce(to_timestamp(m.due_ms / 1000), n.wanted_at),
           outbox_batch = null, withdrawn = n.withdrawn and not m.fresh,
           provider = case when m.fresh then null else n.provider end,
           provider_message_id = case when m.fresh then null else n.provider_message_id end,
           bounced = case when m.fresh then null else n.bounced end,
           updated_at = clock_timestamp()
      from move m
     where n.bill_id = m.bill_id and n.bill_id = any($5::bigint[]) and n.generation = $1
       and n.bill_id >= $2 and n.bill_id < $3 and n.state::text = m.from_state
    returning n.bill_id, m.message_generation, m.fresh, m.from_state, m.to_state, m.channel
  ), trace as (
    insert into command_messages
           (command_id, bill_id, generation, message_generation, from_state, to_state, channel)
    select $4, bill_id, $1, message_generation, from_state::notification_state, to_state::notification_state, channel
      from moved
  ), letter as (
    update dead_letters d set redriven_at = clock_timestamp()
      from moved
     where d.bill_id = moved.bill_id and d.bill_id = any($5::bigint[]) and d.generation = $1
       and d.message_generation = moved.message_generation - 1 and moved.fresh and moved.from_state = 'DEAD'
       and d.redriven_at is null
  )
  select count(*)::int as moved from moved`;

function reasonOf(row: NotificationRow): string {
  switch (row.state) {
    case "SCHEDULED":
      return row.reason;
    case "CANCELLED":
      return "cancelled";
    default:
      throw new RangeError(`no order ends in ${row.state}`);
  }
}
