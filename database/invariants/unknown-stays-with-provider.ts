import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

interface Counts {
  readonly unknown: number;
  readonly strays: number;
  readonly misnamed: number;
}

/**
 * After an attempt of unknown outcome no later one under the same key (by `seq`) was made at another provider, and a message
 * that was sent names a provider that accepted it. Attempts that a crash kept from being recorded, which a receipt
 * may prove (what was accepted and bounced on the channel before says nothing of them), are the business of the
 * providers' logs.
 */
export async function unknownStaysWithProvider(
  client: Queryable,
  address: GenerationAddress,
): Promise<Invariant> {
  const { from, to } = billIdRange(address.period);
  const { rows } = await client.query<Counts>(
    `with attempt as (
       select outcome, provider, seq, min(seq) filter (where outcome = 'unknown') over key as unknown_seq,
         min(provider) filter (where outcome = 'unknown') over key as least,
         max(provider) filter (where outcome = 'unknown') over key as greatest
       from notification_attempts
       where bill_id >= ${from} and bill_id < ${to} and generation = $1
       window key as (partition by bill_id, message_generation, channel)
     ), misnamed as (
       select count(*) as misnamed from notifications n
       where n.bill_id >= ${from} and n.bill_id < ${to} and n.generation = $1 and n.state in ('SENT', 'DELIVERED')
         and n.provider is not null
         and exists (
           select from notification_attempts a
           where a.bill_id = n.bill_id and a.generation = $1 and a.message_generation = n.message_generation
             and a.outcome = 'accepted' and (n.state = 'SENT' or a.channel = n.channel))
         and not exists (
           select from notification_attempts a
           where a.bill_id = n.bill_id and a.generation = $1 and a.message_generation = n.message_generation
             and a.outcome = 'accepted' and a.channel = n.channel and a.provider = n.provider)
     )
     select count(*) filter (where outcome = 'unknown') as unknown,
       count(*) filter (where least <> greatest or (seq > unknown_seq and provider <> least)) as strays,
       (select misnamed from misnamed) as misnamed
     from attempt`,
    [address.generation],
  );
  const { unknown, strays, misnamed } = rows[0] ?? { unknown: 0, strays: 0, misnamed: 0 };
  return {
    name: "unknown-outcomes-stay-with-their-provider",
    holds: strays + misnamed === 0,
    detail: `${unknown} unknown outcomes, ${strays} attempts at another provider after one; ${misnamed} sent messages name a provider that did not accept them`,
  };
}
