import { generationScope, monthScope } from "../proof/scope.ts";
import type { GenerationAddress } from "../generations/address.ts";

/**
 * The statement that lists whose bills are to be announced, for `RecipientRows`: every bill of the generation, except
 * those whose account was told the very same bill last, by a message of one of the `released` generations.
 */
export function recipientQuery(address: GenerationAddress, released: readonly number[]): string {
  return `copy (
  select b.bill_id, a.member_id, b.partition_index, m.time_zone, m.send_day, m.quiet_start, m.quiet_end,
    m.preferred_channel, m.has_email::int, m.has_phone::int, m.has_push_token::int
  from bills b join accounts a on a.id = b.account_id join members m on m.id = a.member_id
  where ${generationScope("b", address)} ${released.length === 0 ? "" : untold(address, released)}
) to stdout`;
}

/** The last message that stands may be older than the generation before: that one announced its changes only. */
function untold({ period }: GenerationAddress, released: readonly number[]): string {
  const among = `in (${released.join(", ")})`;
  return `and not exists (
    select from (
      select distinct on (n.bill_id) n.bill_id, n.generation from notifications n
      where ${monthScope("n", period)} and n.generation ${among} and n.state <> 'SUPERSEDED'
      order by n.bill_id, n.generation desc
    ) told
    join bills o on ${monthScope("o", period)} and o.generation ${among}
      and o.bill_id = told.bill_id and o.generation = told.generation
    where told.bill_id = b.bill_id and o.digest = b.digest)`;
}
