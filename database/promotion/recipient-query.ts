import { generationScope } from "../proof/scope.ts";
import type { GenerationAddress } from "../generations/address.ts";

/**
 * The statement that lists whose bills are to be announced, for `readRecipients`: every bill of the generation, or, where
 * a generation is live already, the bills that differ from it.
 */
export function recipientQuery(address: GenerationAddress, live: number | null): string {
  const former = { period: address.period, generation: live ?? 0 };
  const changed =
    live === null
      ? ""
      : `and not exists (select from bills o where ${generationScope("o", former)} and o.bill_id = b.bill_id
           and o.digest = b.digest)`;
  return `copy (
  select b.bill_id, a.member_id, b.partition_index, m.time_zone, m.send_day, m.quiet_start, m.quiet_end,
    m.preferred_channel, m.has_email::int, m.has_phone::int
  from bills b join accounts a on a.id = b.account_id join members m on m.id = a.member_id
  where ${generationScope("b", address)} ${changed}
) to stdout`;
}
