import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** What became of one claimed message: the row as it is to be, under the claim it belongs to. */
export interface ResultRow {
  readonly billId: number;
  readonly messageGeneration: number;
  /** The claim's. */
  readonly seq: number;
  readonly state: "SENT" | "SCHEDULED" | "UNKNOWN" | "DEAD";
  /** The channel to try next; for SENT the one that did it. */
  readonly channel: string;
  readonly attempt: number;
  readonly unknownOutcomes: number;
  /** Who accepted, or is bound to the key; null = the message is free. */
  readonly provider: string | null;
  readonly reason: string;
  /** Billing clock; null = as it was. */
  readonly dueAtMs: number | null;
  readonly providerMessageId: string | null;
}

/** One send and how it ended. */
export interface AttemptRow {
  readonly billId: number;
  readonly messageGeneration: number;
  readonly channel: string;
  readonly provider: string;
  readonly attempt: number;
  readonly seq: number;
  readonly outcome: string;
  readonly detail: string;
  readonly providerMessageId: string | null;
  /** Keyed hash of the address that was sent to. */
  readonly addressIndex: Buffer | null;
  /** Billing clock. */
  readonly startedAtMs: number;
  readonly durationMs: number;
}

/** What is kept of a message that was given up. */
export interface DeadLetterRow {
  readonly billId: number;
  readonly channel: string;
  readonly cause: string;
  readonly detail: string;
  readonly payloadEncrypted: Buffer | null;
}

/** Results of one generation, written together or not at all. */
export interface ResultBatch {
  readonly results: readonly ResultRow[];
  readonly attempts: readonly AttemptRow[];
  readonly deadLetters: readonly DeadLetterRow[];
}

// `state::text` keeps the planner off the partial indexes by state: the rows are found by their key, always.
const statement = `
  with result as (
    select * from unnest($4::bigint[], $5::smallint[], $6::integer[], $7::text[], $8::text[], $9::smallint[],
                         $10::smallint[], $11::text[], $12::float8[], $13::text[], $29::text[])
      as result(bill_id, message_generation, seq, state, channel, attempt, unknown_outcomes, reason, due_ms,
                provider_message_id, provider)
  ), moved as (
    update notifications n
       set state = case when n.withdrawn and r.state <> 'SENT' then 'SUPERSEDED'
                        when n.state = 'DELIVERED' then 'DELIVERED' else r.state::notification_state end,
           channel = r.channel, provider = r.provider,
           reason = case when n.state = 'DELIVERED' then n.reason else r.reason end,
           attempt = case when r.state = 'SENT' then n.attempt else r.attempt end,
           unknown_outcomes = case when r.state = 'SENT' then n.unknown_outcomes else r.unknown_outcomes end,
           due_at = coalesce(to_timestamp(r.due_ms / 1000), n.due_at), lease_until = null,
           provider_message_id = coalesce(r.provider_message_id, n.provider_message_id),
           updated_at = clock_timestamp()
      from result r
     where n.bill_id = r.bill_id and n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3
       and n.message_generation = r.message_generation
       and case when r.state = 'SENT'
                then n.state::text in ('SCHEDULED', 'QUEUED', 'SENDING', 'UNKNOWN')
                     and not coalesce(r.channel = any(string_to_array(n.bounced, ',')), false)
                  or n.state::text = 'DELIVERED' and n.channel = r.channel and n.provider_message_id is null
                     and r.provider_message_id is not null
                else n.state::text = 'SENDING' and n.seq = r.seq end
    returning n.bill_id, n.message_generation, n.state, n.state::text = r.state as as_asked
  ), attempt as (
    insert into notification_attempts
           (bill_id, generation, message_generation, channel, provider, attempt, seq, outcome, detail,
            provider_message_id, started_at, duration_ms, address_index)
    select bill_id, $1, message_generation, channel, provider, attempt, seq, outcome, detail, provider_message_id,
           to_timestamp(started_ms / 1000), duration_ms, address_index
      from unnest($14::bigint[], $15::smallint[], $16::text[], $17::smallint[], $18::integer[], $19::text[],
                  $20::text[], $21::text[], $22::float8[], $23::integer[], $30::text[], $31::bytea[])
        as a(bill_id, message_generation, channel, attempt, seq, outcome, detail, provider_message_id, started_ms,
             duration_ms, provider, address_index)
    on conflict do nothing
  ), dead_letter as (
    insert into dead_letters (bill_id, generation, message_generation, channel, cause, detail, payload_encrypted)
    select d.bill_id, $1, moved.message_generation, d.channel, d.cause, d.detail, d.payload
      from unnest($24::bigint[], $25::text[], $26::text[], $27::text[], $28::bytea[])
        as d(bill_id, channel, cause, detail, payload)
      join moved using (bill_id)
     where moved.state = 'DEAD'
    on conflict do nothing
  )
  select bill_id as "billId" from moved where as_asked`;

/**
 * Writes results, attempts and dead letters in one statement. A result moves its row only while the claim holds; a
 * success also later, from any state under way (the rule of notification/send-outcome.ts), and takes back nothing that
 * was counted since its claim. A receipt may have come first: a success of a channel that bounced does not count, and to
 * a row that is DELIVERED it adds only who accepted it, and the number there. A message withdrawn while it was being sent becomes SUPERSEDED instead of being tried again. Attempts are recorded either way. Writing the same
 * batch twice changes nothing more. Returns the bills whose rows moved as the results say.
 */
export async function writeResults(
  client: Queryable,
  { period, generation }: GenerationAddress,
  { results, attempts, deadLetters }: ResultBatch,
): Promise<ReadonlySet<number>> {
  const { from, to } = billIdRange(period);
  const moved = await client.query<{ billId: number }>(statement, [
    generation,
    from,
    to,
    ...resultColumns(results),
    ...attemptColumns(attempts),
    ...deadLetterColumns(deadLetters),
    results.map((row) => row.provider),
    attempts.map((row) => row.provider),
    attempts.map((row) => row.addressIndex),
  ]);
  return new Set(moved.rows.map((row) => row.billId));
}

function resultColumns(results: readonly ResultRow[]): unknown[][] {
  return [
    results.map((row) => row.billId),
    results.map((row) => row.messageGeneration),
    results.map((row) => row.seq),
    results.map((row) => row.state),
    results.map((row) => row.channel),
    results.map((row) => row.attempt),
    results.map((row) => row.unknownOutcomes),
    results.map((row) => row.reason),
    results.map((row) => row.dueAtMs),
    results.map((row) => row.providerMessageId),
  ];
}

function attemptColumns(attempts: readonly AttemptRow[]): unknown[][] {
  return [
    attempts.map((row) => row.billId),
    attempts.map((row) => row.messageGeneration),
    attempts.map((row) => row.channel),
    attempts.map((row) => row.attempt),
    attempts.map((row) => row.seq),
    attempts.map((row) => row.outcome),
    attempts.map((row) => row.detail),
    attempts.map((row) => row.providerMessageId),
    attempts.map((row) => row.startedAtMs),
    attempts.map((row) => row.durationMs),
  ];
}

function deadLetterColumns(deadLetters: readonly DeadLetterRow[]): unknown[][] {
  return [
    deadLetters.map((row) => row.billId),
    deadLetters.map((row) => row.channel),
    deadLetters.map((row) => row.cause),
    deadLetters.map((row) => row.detail),
    deadLetters.map((row) => row.payloadEncrypted),
  ];
}
