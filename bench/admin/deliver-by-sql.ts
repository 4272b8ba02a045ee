import type { GenerationAddress } from "../../database/generations/address.ts";
import { leafName } from "../../database/notifications/leaf.ts";
import type { Client } from "../../platform/postgres.ts";

/** How far delivery has come. */
export interface DeliveryFill {
  /** Billing clock: what is due later waits, and a few messages are under way; null = all of it is over. */
  readonly nowMs: number | null;
  /** Whether providers told of what arrived. */
  readonly receipts: boolean;
}

/** A message's place among 10,000; what becomes of it follows from it. */
const place = "((hashint8(bill_id)::bigint & 2147483647) % 10000)";

/** Of 10,000 messages 20 die and 5 are cancelled; of those under way 5 are unknown, 10 wait to be tried again, 20 queued, 10 being sent. */
const ended = `case when ${place} < 20 then 'DEAD' when ${place} < 25 then 'CANCELLED'
                    when ${place} < 6000 then 'DELIVERED' else 'SENT' end`;
const underWay = `case when ${place} between 25 and 29 then 'UNKNOWN' when ${place} between 30 and 39 then 'SCHEDULED'
                       when ${place} between 40 and 59 then 'QUEUED' when ${place} between 60 and 69 then 'SENDING'
                       else ${ended} end`;
/** One in 33 is sent at the second try. */
const tries = `(case when ${place} % 33 = 0 then 2 else 1 end)`;
const cause = `(array['permanent', 'exhausted', 'no-contact', 'bounced'])[1 + ${place} % 4]`;

/** Leaves the messages of a promoted generation as its dispatcher, consumers and webhook leave them: states, attempts, dead letters, receipts. */
export async function deliverBySql(
  client: Client,
  address: GenerationAddress,
  { nowMs, receipts }: DeliveryFill,
): Promise<void> {
  const leaf = leafName(address);
  const month = `${address.period}-01`;
  // A million moves one statement: counted once in the end instead, as promotion counts.
  await client.query(`alter table ${leaf} disable trigger count_updates`);
  await moveMessages(client, leaf, nowMs);
  await client.query(`alter table ${leaf} enable trigger count_updates`);
  await client.query("delete from notification_counts where period = $1 and generation = $2", [
    month,
    address.generation,
  ]);
  await client.query("select count_attached_messages($1::regclass)", [leaf]);
  await addAttempts(client, leaf);
  await addLetters(client, leaf, nowMs === null);
  if (receipts) await addReceipts(client, leaf);
  await client.query(`vacuum analyze ${leaf}`);
}

async function moveMessages(client: Client, leaf: string, nowMs: number | null): Promise<void> {
  const now = nowMs === null ? "'infinity'::timestamptz" : `to_timestamp(${nowMs / 1_000})`;
  const state = nowMs === null ? ended : underWay;
  await client.query(
    `update ${leaf} n
        set state = (${state})::notification_state, seq = ${tries}, attempt = ${tries}, provider = 'simulator',
            reason = case ${state} when 'DEAD' then ${cause} when 'CANCELLED' then 'cancelled' when 'UNKNOWN' then 'unknown-outcome'
                                   when 'SCHEDULED' then 'retry' when 'QUEUED' then reason when 'SENDING' then reason else 'sent' end,
            due_at = case when ${state} in ('UNKNOWN', 'SCHEDULED') then ${now} + ${place} * interval '1 second' else due_at end,
            lease_until = case ${state} when 'SENDING' then clock_timestamp() + interval '1 minute' end,
            outbox_batch = case ${state} when 'QUEUED' then ${place} end,
            provider_message_id = case when ${state} in ('SENT', 'DELIVERED') then 'sim-' || bill_id end,
            updated_at = due_at + ${place} * interval '0.36 second'
      where due_at <= ${now}`,
  );
}

/** Those of one hour follow each other in the order in which they were sent, as their table has them. */
async function addAttempts(client: Client, leaf: string): Promise<void> {
  await client.query(
    `insert into notification_attempts
       (bill_id, generation, message_generation, channel, provider, attempt, seq, outcome, detail, provider_message_id,
        started_at, duration_ms, address_index)
     select bill_id, generation, message_generation, channel, 'simulator', try, try,
            case when try < seq then 'transient' when state = 'DEAD' then 'permanent' when state = 'UNKNOWN' then 'unknown'
                 when state = 'SCHEDULED' then 'transient' else 'accepted' end,
            case when try < seq or state in ('DEAD', 'SCHEDULED') then 'http-503' else '' end, provider_message_id,
            least(due_at, updated_at) + ${place} * interval '0.36 second' + (try - 1) * interval '5 minutes',
            800 + ${place} % 400, decode(md5(member_id::text), 'hex')
       from ${leaf}, generate_series(1, seq) try
      where state in ('SENT', 'DELIVERED', 'DEAD', 'UNKNOWN') or state = 'SCHEDULED' and reason = 'retry'
      order by least(due_at, updated_at) + ${place} * interval '0.36 second'`,
  );
}

/** Of an older month nine in ten were redriven. */
async function addLetters(client: Client, leaf: string, isOver: boolean): Promise<void> {
  const redriven = isOver ? `case when bill_id % 10 <> 0 then updated_at + interval '1 day' end` : "null";
  await client.query(
    `insert into dead_letters
       (bill_id, generation, message_generation, channel, cause, detail, payload_encrypted, created_at, redriven_at)
     select bill_id, generation, message_generation, channel, reason, 'http-400', decode(repeat(md5(bill_id::text), 12), 'hex'),
            updated_at, ${redriven}
       from ${leaf} where state = 'DEAD' order by updated_at`,
  );
}

async function addReceipts(client: Client, leaf: string): Promise<void> {
  await client.query(
    `insert into receipts
       (source, event_id, kind, provider_message_id, channel, bill_id, generation, message_generation, occurred_at,
        received_at, effect, from_state, to_state)
     select 'simulator', 'event-' || bill_id, 'delivered', provider_message_id, channel, bill_id, generation,
            message_generation, updated_at, updated_at, 'moved', 'SENT', 'DELIVERED'
       from ${leaf} where state = 'DELIVERED' order by updated_at`,
  );
}
