import { generationScope, monthScope } from "../proof/scope.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { runCancelled } from "../run-ledger/cancel-notifications.ts";

/**
 * The statement that lists whose bills are to be announced, for `RecipientRows`: every bill of the generation, except
 * those whose account was told the very same bill last, or will be, by a message of one of the `released` generations; and
 * those of which another bill of the same amount was sent last, for that member knows what to pay.
 */
export function recipientQuery(address: GenerationAddress, released: readonly number[]): string {
  const again = released.length > 0;
  return `copy (
  select b.bill_id, a.member_id, b.partition_index, m.time_zone, m.send_day, m.quiet_start, m.quiet_end,
    m.preferred_channel, m.has_email::int, m.has_phone::int, m.has_push_token::int, suppressed.channels,
    ${again ? "(former.bill_id is not null)::int" : "0"} as follows
  from bills b join accounts a on a.id = b.account_id join members m on m.id = a.member_id
  left join (
    select member_id, string_agg(distinct channel, ',') as channels from all_suppressed_members group by member_id
  ) suppressed on suppressed.member_id = m.id
  ${again ? formerMessages(address, released) : ""}
  where ${generationScope("b", address)} ${again ? untold(address, released) : ""}
) to stdout`;
}

function formerMessages({ period }: GenerationAddress, released: readonly number[]): string {
  return `left join (
    select distinct n.bill_id from notifications n
    where ${monthScope("n", period)} and n.generation in (${released.join(", ")})
  ) former on former.bill_id = b.bill_id`;
}

/**
 * The last message that was queued, or will be, may be older than the generation before: that one announced its changes
 * only. It settles the matter only where it stands; one that was withdrawn may have been accepted all the same, or be
 * accepted yet, and then the message that follows it finds out what the member was told. Nor does one stand that was cancelled
 * with its whole run: nobody was told. One that a person cancelled by itself is not to be made up for. One that had nothing to
 * say is passed over: what matters is the message that had told already, and that may have bounced since.
 */
function untold({ period }: GenerationAddress, released: readonly number[]): string {
  const among = `in (${released.join(", ")})`;
  return `and not exists (
    select from (
      select distinct on (n.bill_id) n.bill_id, n.generation, n.state in ('SENT', 'DELIVERED') as sent,
        n.state in ('SENT', 'DELIVERED') or n.state <> 'SUPERSEDED' and not n.withdrawn
          and not (n.state = 'CANCELLED' and n.reason = '${runCancelled}') as stands
      from notifications n
      where ${monthScope("n", period)} and n.generation ${among} and (n.state <> 'SUPERSEDED' or n.seq > 0)
        and n.reason <> 'told-already'
      order by n.bill_id, n.generation desc
    ) told
    join bills o on ${monthScope("o", period)} and o.generation ${among}
      and o.bill_id = told.bill_id and o.generation = told.generation
    where told.bill_id = b.bill_id and told.stands
      and (o.digest = b.digest or told.sent and o.total_minor = b.total_minor))`;
}
