import { billIdRange } from "../../../database/bills/leaf.ts";
import type { ClaimedRow } from "../../../database/deliverable-bills/claim.ts";
import type { GenerationAddress } from "../../../database/generations/address.ts";
import type { Queryable } from "../../../platform/postgres.ts";

// One probe by key a table, as the product's claim: with plain joins the prepared plan went through the whole month, and
// the comparison would be with a mistake.
const read = `
  select n.bill_id as "billId", n.member_id as "memberId", n.message_generation as "messageGeneration", n.seq, n.attempt,
         n.unknown_outcomes as "unknownOutcomes", n.channel_plan as "channelPlan", n.reason,
         b.account_id as "accountId", b.taxable_minor as "taxableMinor", b.tax_minor as "taxMinor",
         b.total_minor as "totalMinor", i.items,
         m.name_encrypted as "nameEncrypted", m.email_encrypted as "emailEncrypted",
         m.phone_encrypted as "phoneEncrypted", m.push_token_encrypted as "pushTokenEncrypted", m.language,
         m.time_zone as "timeZone", m.quiet_start as "quietStart", m.quiet_end as "quietEnd",
         extract(epoch from billing_now())::float8 * 1000 as "nowMs"
    from notifications n
   cross join lateral (
     select account_id, taxable_minor, tax_minor, total_minor from bills
      where bill_id = n.bill_id and generation = $1 and partition_index = n.partition_index
        and bill_id >= $2 and bill_id < $3
      limit 1) b
   cross join lateral (
     select json_agg(json_build_array(code_id, quantity_milli, rate_micro, amount_minor) order by line) as items
       from bill_items
      where bill_id = n.bill_id and generation = $1 and partition_index = n.partition_index
        and bill_id >= $2 and bill_id < $3) i
   cross join lateral (
     select name_encrypted, email_encrypted, phone_encrypted, push_token_encrypted, language, time_zone, quiet_start,
            quiet_end from members
      where id = n.member_id
      limit 1) m
   where n.generation = $1 and n.bill_id = $4 and n.bill_id >= $2 and n.bill_id < $3 and n.state::text = 'QUEUED'`;

const write = `
  update notifications set state = $5::notification_state, reason = 'sent', updated_at = clock_timestamp()
   where generation = $1 and bill_id = $4 and bill_id >= $2 and bill_id < $3`;

/** The row of one bill's message with all that is needed to send it, by key and prepared; null when it is not to be sent. */
export async function readBill(
  client: Queryable,
  { period, generation }: GenerationAddress,
  billId: number,
): Promise<ClaimedRow | null> {
  const { from, to } = billIdRange(period);
  const values = [generation, from, to, billId];
  const { rows } = await client.query<ClaimedRow>({ name: "customary-read", text: read, values });
  return rows[0] ?? null;
}

/** Notes how the send of one bill's message ended. */
export async function writeStatus(
  client: Queryable,
  { period, generation }: GenerationAddress,
  { billId, state }: { readonly billId: number; readonly state: "SENT" | "DEAD" },
): Promise<void> {
  const { from, to } = billIdRange(period);
  const values = [generation, from, to, billId, state];
  await client.query({ name: "customary-write", text: write, values });
}
