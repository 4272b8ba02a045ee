import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { LadderLimits } from "./attempts-within-ladder.ts";
import type { Invariant } from "./invariant.ts";

interface Counts {
  readonly dead: number;
  readonly letters: number;
  readonly unwritten: number;
  readonly unfounded: number;
  readonly unjustified: number;
}

/**
 * Every DEAD message has its dead letter and every dead letter its message; and none was given up while a channel was
 * left: each channel of its plan had no contact or a suppressed one, was refused for good, bounced, or was tried to the
 * end of its ladder.
 */
export async function deadLettersJustified(
  client: Queryable,
  address: GenerationAddress,
  limits: LadderLimits,
): Promise<Invariant> {
  const { from, to } = billIdRange(address.period);
  const { rows } = await client.query<Counts>(
    `with dead as materialized (
       select bill_id, member_id, message_generation, channel_plan, unknown_outcomes, bounced from notifications
       where bill_id >= ${from} and bill_id < ${to} and generation = $1 and state = 'DEAD'
     ), letter as (
       select bill_id, message_generation from dead_letters
       where bill_id >= ${from} and bill_id < ${to} and generation = $1 and redriven_at is null
     ), channel as (
       select d.bill_id, d.unknown_outcomes, l.allowed, plan.channel,
         case plan.channel when 'email' then m.has_email when 'sms' then m.has_phone when 'push' then m.has_push_token
           else false end
           and not coalesce(plan.channel = any(string_to_array(d.bounced, ',')), false)
           and not exists (select from suppressed_members s
                            where s.member_id = d.member_id and s.channel = plan.channel) as reachable,
         (select count(*) filter (where a.outcome = 'transient') from notification_attempts a
          where a.bill_id = d.bill_id and a.generation = $1 and a.message_generation = d.message_generation
            and a.channel = plan.channel) as transient,
         (select count(*) filter (where a.outcome = 'permanent') from notification_attempts a
          where a.bill_id = d.bill_id and a.generation = $1 and a.message_generation = d.message_generation
            and a.channel = plan.channel) as permanent
       from dead d join members m on m.id = d.member_id
       cross join lateral unnest(string_to_array(d.channel_plan, ',')) as plan (channel)
       left join unnest($2::text[], $3::int[]) as l (channel, allowed) on l.channel = plan.channel
     ), unjustified as (
       select bill_id from channel
       where reachable and permanent = 0 and transient < coalesce(allowed, 1) and unknown_outcomes = 0 group by bill_id
     )
     select (select count(*) from dead) as dead, (select count(*) from letter) as letters,
       (select count(*) from dead where (bill_id, message_generation) not in (select bill_id, message_generation from letter)) as unwritten,
       (select count(*) from letter where (bill_id, message_generation) not in (select bill_id, message_generation from dead)) as unfounded,
       (select count(*) from unjustified) as unjustified`,
    [address.generation, Object.keys(limits), Object.values(limits)],
  );
  const counts = rows[0] ?? { dead: 0, letters: 0, unwritten: 0, unfounded: 0, unjustified: 0 };
  return {
    name: "dead-letters-only-when-nothing-was-left",
    holds: counts.unwritten + counts.unfounded + counts.unjustified === 0,
    detail: `${counts.dead} dead messages, ${counts.letters} dead letters; ${counts.unwritten} without a letter, ${counts.unfounded} letters of other messages, ${counts.unjustified} given up too early`,
  };
}
