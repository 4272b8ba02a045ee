import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

interface Counts {
  readonly messages: number;
  readonly preferred: number;
  readonly impossible: number;
  readonly refused: number;
  readonly exhausted: number;
  readonly bounced: number;
  readonly unjustified: number;
}

/**
 * An SMS was sent only to a member who prefers it, has no e-mail address that is not suppressed, or whose e-mail was
 * refused for good, bounced, or was tried to the end of its ladder, before the first SMS (by `seq`: a clock can be set back). Derived from the members and the attempts, not from the
 * channel plan that delivery itself went by. One pass over the attempts: right after delivery they have no statistics,
 * and a join of them with themselves was nested, 90 s for a hundred thousand.
 */
export async function fallbackOnlyAfterEmail(
  client: Queryable,
  address: GenerationAddress,
  emailAttempts: number,
): Promise<Invariant> {
  const { from, to } = billIdRange(address.period);
  const { rows } = await client.query<Counts>(
    `with attempt as (
       select bill_id, message_generation, channel, outcome, attempt, seq,
         min(seq) filter (where channel = 'sms') over (partition by bill_id, message_generation) as first_sms
       from notification_attempts
       where bill_id >= ${from} and bill_id < ${to} and generation = $1
     ), texted as (
       select bill_id, message_generation,
         count(*) filter (where outcome = 'permanent' and channel = 'email' and seq < first_sms) > 0 as refused,
         count(distinct attempt) filter (where outcome = 'transient' and channel = 'email' and seq < first_sms) >= $2
           as exhausted
       from attempt where first_sms is not null
       group by bill_id, message_generation
     ), bounce as (
       select distinct bill_id, message_generation from receipts
       where bill_id >= ${from} and bill_id < ${to} and generation = $1
         and channel = 'email' and kind = 'hard-bounce' and effect = 'moved'
     ), judged as (
       select m.preferred_channel is not distinct from 'sms' as preferred,
         not m.has_email or s.member_id is not null as impossible, texted.refused, texted.exhausted,
         b.bill_id is not null as bounced
       from texted
       join notifications n on n.bill_id = texted.bill_id and n.generation = $1
       join members m on m.id = n.member_id
       left join bounce b on b.bill_id = texted.bill_id and b.message_generation = texted.message_generation
       left join (select distinct member_id from suppressed_members where channel = 'email') s on s.member_id = m.id
     )
     select count(*) as messages, count(*) filter (where preferred) as preferred,
       count(*) filter (where bounced and not preferred) as bounced,
       count(*) filter (where impossible and not bounced and not preferred) as impossible,
       count(*) filter (where refused and not bounced and not preferred and not impossible) as refused,
       count(*) filter (where exhausted and not refused and not bounced and not preferred and not impossible) as exhausted,
       count(*) filter (where not (preferred or impossible or refused or bounced or exhausted)) as unjustified
     from judged`,
    [address.generation, emailAttempts],
  );
  const counts = rows[0] ?? {
    messages: 0,
    preferred: 0,
    impossible: 0,
    refused: 0,
    exhausted: 0,
    bounced: 0,
    unjustified: 0,
  };
  return {
    name: "sms-only-after-email",
    holds: counts.unjustified === 0,
    detail:
      `${counts.messages} members were texted: ${counts.preferred} prefer it, ${counts.impossible} have no usable e-mail address, ` +
      `${counts.refused} e-mails refused for good, ${counts.bounced} bounced, ${counts.exhausted} tried ${emailAttempts} times, ${counts.unjustified} without cause`,
  };
}
