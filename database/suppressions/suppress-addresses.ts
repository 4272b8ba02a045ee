import type { Channel } from "../../notification/channel.ts";
import type { Contact } from "../../notification/channels/registry.ts";
import type { MessageIdentity } from "../../notification/idempotency-key.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** Why an address of a channel is not to be used again. */
export interface SuppressionOrder {
  readonly message: MessageIdentity;
  readonly channel: Channel;
  readonly contact: Contact;
  readonly reason: "hard-bounce" | "complaint";
  readonly code: string;
  readonly occurredAtMs: number;
  /** Whether the message is the one that stands: only then may the member's address of today stand in for the attempt's. */
  readonly isCurrent: boolean;
}

/**
 * Suppresses the addresses that messages went to: that of the attempt, as its result recorded it; before there is a
 * result, the member's. An address that a person has lifted after the event occurred is left alone, and so is one that
 * is suppressed already. Returns how many are suppressed anew.
 */
export async function suppressAddresses(
  client: Queryable,
  source: string,
  orders: readonly SuppressionOrder[],
): Promise<number> {
  if (orders.length === 0) return 0;
  const { rowCount } = await client.query(statement, [
    source,
    orders.map(({ message }) => message.billId),
    orders.map(({ message }) => message.generation),
    orders.map(({ message }) => message.messageGeneration),
    orders.map(({ channel }) => channel),
    orders.map(({ contact }) => contact),
    orders.map(({ reason }) => reason),
    orders.map(({ code }) => code),
    orders.map(({ occurredAtMs }) => occurredAtMs),
    orders.map(({ isCurrent }) => isCurrent),
  ]);
  return rowCount ?? 0;
}

const statement = `
  with event as materialized (
    select o.*, to_timestamp(o.occurred_ms / 1000) as occurred_at, coalesce(
        (select a.address_index from notification_attempts a
          where a.bill_id = o.bill_id and a.generation = o.generation and a.channel = o.channel
            and a.message_generation = o.message_generation and a.address_index is not null
          order by a.outcome = 'accepted' desc, a.seq desc limit 1),
        (select case o.contact when 'email' then m.email_index when 'phone' then m.phone_index
                               else m.push_token_index end
           from notifications n join members m on m.id = n.member_id
          where o.is_current and n.bill_id = o.bill_id and n.generation = o.generation)) as address_index
      from unnest($2::bigint[], $3::smallint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::float8[], $10::boolean[])
        as o(bill_id, generation, message_generation, channel, contact, reason, code, occurred_ms, is_current)
  )
  insert into suppressions (channel, contact, address_index, reason, source, code, bill_id, occurred_at)
  select distinct on (e.address_index, e.channel)
         e.channel, e.contact, e.address_index, e.reason, $1, e.code, e.bill_id, e.occurred_at
    from event e
   where e.address_index is not null
     and not exists (select from suppressions lifted
                      where lifted.address_index = e.address_index and lifted.channel = e.channel
                        and lifted.lifted_at >= e.occurred_at)
   order by e.address_index, e.channel, e.occurred_at
  on conflict do nothing`;
