import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** What receipts make of one locked row. */
export interface ReceivedMove {
  readonly before: NotificationRow;
  readonly after: NotificationRow;
  /** As the receipt names it; null = it does not. */
  readonly providerMessageId: string | null;
  /** The code of the bounce, for the dead letter. */
  readonly code: string;
}

// `state::text` keeps the partial indexes by state out of the choice, as in write-results.ts. A row that only learns of
// a bounce of a channel it has left keeps its lease and its place in the outbox. One that goes on was withdrawn when another
// amount was owed, if at all, and is not any more. The number of a message that was given up
// before its result came stands with the attempt.
const statement = `
  update notifications n
     set state = m.to_state::notification_state, channel = m.channel, provider = m.provider, attempt = m.attempt,
         bounced = m.bounced, withdrawn = n.withdrawn and (m.noted or m.to_state not in ('SCHEDULED', 'DEAD')),
         reason = case when m.noted then n.reason else m.reason end,
         due_at = coalesce(to_timestamp(m.due_ms / 1000), n.due_at),
         lease_until = case when m.noted then n.lease_until end,
         outbox_batch = case when m.noted then n.outbox_batch end,
         provider_message_id = case when m.noted then n.provider_message_id
                                    when m.to_state <> 'DELIVERED' then null
                                    when m.from_state = 'SENT' then coalesce(n.provider_message_id, m.provider_message_id)
                                    else coalesce(m.provider_message_id, (
                                      select a.provider_message_id from notification_attempts a
                                       where a.bill_id = n.bill_id and a.generation = n.generation
                                         and a.message_generation = n.message_generation and a.channel = m.channel
                                         and a.outcome = 'accepted'
                                       order by a.seq desc limit 1)) end,
         updated_at = clock_timestamp()
    from unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::text[], $10::text[],
                $11::float8[], $12::text[], $13::boolean[], $14::text[])
      as m(bill_id, from_state, to_state, channel, attempt, bounced, reason, due_ms, provider_message_id, noted, provider)
   where n.bill_id = m.bill_id and n.bill_id = any($4::bigint[]) and n.generation = $1
     and n.bill_id >= $2 and n.bill_id < $3 and n.state::text = m.from_state`;

/**
 * Writes what receipts make of locked rows of one generation. What was given up and is settled leaves the open list of
 * dead letters; what bounced on its last channel gets a letter (without payload: nothing was rendered here).
 */
export async function writeReceived(
  client: Queryable,
  address: GenerationAddress,
  moves: readonly ReceivedMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const { from, to } = billIdRange(address.period);
  const { rowCount } = await client.query(statement, [
    ...[address.generation, from, to],
    moves.map(({ after }) => after.billId),
    moves.map(({ before }) => before.state),
    moves.map(({ after }) => after.state),
    moves.map(({ after }) => after.channel),
    moves.map(({ after }) => after.attempt),
    moves.map(({ after }) => after.bounced?.join(",") || null),
    moves.map(({ after }) => reasonOf(after)),
    moves.map(({ after }) => (after.state === "SCHEDULED" ? after.dueAtMs : null)),
    moves.map(({ providerMessageId }) => providerMessageId),
    moves.map(isOnlyNoted),
    moves.map(({ after }) => after.provider),
  ]);
  // The rows are locked, so this cannot be; if it is, a receipt must not be recorded as applied.
  if (rowCount !== moves.length) throw new Error(`${rowCount ?? 0} of ${moves.length} locked messages moved`);
  await closeLetters(
    client,
    address,
    moves.filter(({ before }) => before.state === "DEAD"),
  );
  await writeLetters(
    client,
    address,
    moves.filter(({ after }) => after.state === "DEAD"),
  );
}

function isOnlyNoted({ before, after }: ReceivedMove): boolean {
  return before.state === after.state && before.channel === after.channel && before.state !== "DEAD";
}

function reasonOf(row: NotificationRow): string {
  switch (row.state) {
    case "SCHEDULED":
      return row.reason;
    case "DEAD":
      return row.cause;
    default:
      return row.state.toLowerCase();
  }
}

async function closeLetters(
  client: Queryable,
  { generation }: GenerationAddress,
  moves: readonly ReceivedMove[],
): Promise<void> {
  if (moves.length === 0) return;
  await client.query(
    `update dead_letters d set redriven_at = clock_timestamp()
       from unnest($2::bigint[], $3::smallint[]) as settled(bill_id, message_generation)
      where d.bill_id = settled.bill_id and d.generation = $1
        and d.message_generation = settled.message_generation and d.redriven_at is null`,
    [
      generation,
      moves.map(({ before }) => before.billId),
      moves.map(({ before }) => before.messageGeneration),
    ],
  );
}

async function writeLetters(
  client: Queryable,
  { generation }: GenerationAddress,
  moves: readonly ReceivedMove[],
): Promise<void> {
  if (moves.length === 0) return;
  await client.query(
    `insert into dead_letters (bill_id, generation, message_generation, channel, cause, detail)
     select bill_id, $1, message_generation, channel, cause, detail
       from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[])
         as letter(bill_id, message_generation, channel, cause, detail)`,
    [
      generation,
      moves.map(({ after }) => after.billId),
      moves.map(({ after }) => after.messageGeneration),
      moves.map(({ after }) => after.channel),
      moves.map(({ after }) => reasonOf(after)),
      moves.map(({ code }) => code),
    ],
  );
}
