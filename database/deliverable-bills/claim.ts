import type { Channel } from "../../notification/channel.ts";
import type { Contact } from "../../notification/channels/registry.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** The claim checks of one generation and channel, and how long their claim is to hold. */
export interface ClaimRequest extends GenerationAddress {
  readonly channel: Channel;
  /** What the channel sends to. */
  readonly contact: Contact;
  /** Each once. */
  readonly billIds: readonly number[];
  /** By position, the `seq` of each claim check. */
  readonly seqs: readonly number[];
  /** Names of the providers there are, the first of them for a message of unknown outcome that names none. */
  readonly providers: readonly string[];
  /** By position, whom each is to be sent at if it is free, as an index of `providers`. */
  readonly chosen: readonly number[];
  readonly leaseMs: number;
}

/** `[code_id, quantity_milli, rate_micro, amount_minor]` of one line, in the bill's order. */
export type ClaimedItem = readonly [number, number, number, number];

/** A claimed message with everything that is needed to send it: bill, items, the member's contact and preferences. */
export interface ClaimedRow {
  readonly billId: number;
  readonly memberId: number;
  readonly messageGeneration: number;
  readonly seq: number;
  /** The attempt that this claim is, from 1. */
  readonly attempt: number;
  readonly unknownOutcomes: number;
  /** Whom to send at: the one that was chosen, or that an unknown outcome binds the message to. */
  readonly provider: string;
  readonly channelPlan: string;
  /** Why it was due. */
  readonly reason: string;
  readonly accountId: number;
  readonly taxableMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
  /** The amount that an earlier message told and this one corrects; null = it corrects nothing. */
  readonly toldMinor: number | null;
  readonly items: readonly ClaimedItem[] | null;
  readonly nameEncrypted: Buffer;
  readonly emailEncrypted: Buffer | null;
  readonly phoneEncrypted: Buffer | null;
  readonly pushTokenEncrypted: Buffer | null;
  /** Keyed hash of the address that the channel would send to; null = there is none, or it has no index. */
  readonly addressIndex: Buffer | null;
  /** Whether that address is suppressed on this channel. */
  readonly suppressed: boolean;
  readonly language: "ko" | "en";
  readonly timeZone: string;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  /** Billing clock at the claim. */
  readonly nowMs: number;
}

// The plan must be the same whatever the statistics say, for a prepared statement is planned without values. So the rows
// are found by a list of keys and not by a join (with the `seq` looked up by position, a join was nested the wrong way
// round: 2 s for 500 rows); `state::text` keeps the partial index of queued rows, which would be scanned whole, out of
// the choice; and `limit 1` makes each bill and member one probe by key.
const statement = `
  with claimed as materialized (
    update notifications n
       set state = 'SENDING', attempt = n.attempt + 1, updated_at = clock_timestamp(),
           lease_until = clock_timestamp() + $4 * interval '1 millisecond',
           provider = case
             when n.unknown_outcomes > 0 then coalesce(n.provider, ($8::text[])[1])
             when cardinality($8::text[]) = 1 then ($8::text[])[1]
             else ($8::text[])[1 + ($9::smallint[])[array_position($5::bigint[], n.bill_id)]] end
     where n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3 and n.bill_id = any($5::bigint[])
       and n.seq = ($6::integer[])[array_position($5::bigint[], n.bill_id)]
       and n.channel = $7 and n.state::text = 'QUEUED' and (select delivery_hold()) is null
    returning n.bill_id, n.member_id, n.partition_index, n.message_generation, n.seq, n.attempt, n.unknown_outcomes,
              n.provider, n.channel_plan, n.reason, n.told_minor
  )
  select c.bill_id as "billId", c.member_id as "memberId", c.message_generation as "messageGeneration", c.seq,
         c.attempt, c.unknown_outcomes as "unknownOutcomes", c.provider, c.channel_plan as "channelPlan", c.reason,
         b.account_id as "accountId", b.taxable_minor as "taxableMinor", b.tax_minor as "taxMinor",
         b.total_minor as "totalMinor", c.told_minor as "toldMinor", i.items,
         m.name_encrypted as "nameEncrypted", m.email_encrypted as "emailEncrypted",
         m.phone_encrypted as "phoneEncrypted", m.push_token_encrypted as "pushTokenEncrypted",
         m.address_index as "addressIndex",
         exists (select from suppressions s
                  where s.address_index = m.address_index and s.channel = $7 and s.lifted_at is null) as suppressed,
         m.language,
         m.time_zone as "timeZone", m.quiet_start as "quietStart", m.quiet_end as "quietEnd",
         clock.now_ms as "nowMs"
    from claimed c
   cross join (select extract(epoch from billing_now())::float8 * 1000 as now_ms) clock
   cross join lateral (
     select account_id, taxable_minor, tax_minor, total_minor from bills
      where bill_id = c.bill_id and generation = $1 and partition_index = c.partition_index
        and bill_id >= $2 and bill_id < $3
      limit 1) b
   cross join lateral (
     select json_agg(json_build_array(code_id, quantity_milli, rate_micro, amount_minor) order by line) as items
       from bill_items
      where bill_id = c.bill_id and generation = $1 and partition_index = c.partition_index
        and bill_id >= $2 and bill_id < $3) i
   cross join lateral (
     select name_encrypted, email_encrypted, phone_encrypted, push_token_encrypted, language, time_zone, quiet_start,
            quiet_end,
            case $10 when 'email' then email_index when 'phone' then phone_index else push_token_index end
              as address_index
       from members
      where id = c.member_id
      limit 1) m`;

/**
 * QUEUED with the same `seq` → SENDING under a lease, one attempt spent, for every claim check that is not stale; the
 * same move as `whenClaimed` (notification/claim.ts), except that quiet hours are judged after it. Nothing while delivery is
 * held in the database. One statement for up to 500 messages, and no other read is needed to send them. The provider is
 * committed before anything is sent.
 */
export async function claimDeliverableBills(
  client: Queryable,
  request: ClaimRequest,
): Promise<readonly ClaimedRow[]> {
  const { from, to } = billIdRange(request.period);
  const { generation, leaseMs, billIds, seqs, channel, providers, chosen, contact } = request;
  const result = await client.query<ClaimedRow>({
    // Prepared: planning over a generation's 2 × 64 leaves costs more than the claim.
    name: "claim-deliverable-bills",
    text: statement,
    values: [generation, from, to, leaseMs, billIds, seqs, channel, providers, chosen, contact],
  });
  return result.rows;
}
