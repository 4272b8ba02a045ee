import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope, monthScope } from "../proof/scope.ts";

/** What promoting a generation would tell its members, if nothing were sent meanwhile. */
export interface Announcements {
  /** The first that the member hears of this bill. */
  readonly first: number;
  /** The member was sent another amount. */
  readonly corrections: number;
  /** A former message is being sent, or its outcome is not known: what this one is turns out when it is due. */
  readonly undecided: number;
  /** The member was told, or will be, what still holds. */
  readonly none: number;
}

/** Counts a generation's bills by what became of the messages that the `released` generations have of them. */
export async function readAnnouncements(
  client: Queryable,
  address: GenerationAddress,
  released: readonly number[],
): Promise<Announcements> {
  // No generation has the number 0.
  const among = `in (${[0, ...released].join(", ")})`;
  const { rows } = await client.query<Record<keyof Announcements, string>>(
    `with former as (
       select n.bill_id, n.generation, n.state, n.seq, o.total_minor, o.digest,
         n.state in ('SENT', 'DELIVERED') as sent,
         n.state in ('SENDING', 'UNKNOWN') or n.unknown_outcomes > 0 as uncertain
       from notifications n
       join bills o on ${monthScope("o", address.period)} and o.generation ${among}
         and o.bill_id = n.bill_id and o.generation = n.generation
       where ${monthScope("n", address.period)} and n.generation ${among}
         and (n.state <> 'SUPERSEDED' or n.seq > 0)
     ), newest as (
       select distinct on (bill_id) bill_id, state, sent, total_minor, digest from former order by bill_id, generation desc
     ), told as (
       select distinct on (bill_id) bill_id, generation, total_minor from former where sent order by bill_id, generation desc
     ), doubtful as (
       select distinct f.bill_id from former f left join told t using (bill_id)
       where f.uncertain and not f.sent and f.generation > coalesce(t.generation, 0)
     ), judged as (
       select case
           when l.state <> 'SUPERSEDED' and (l.digest = b.digest or l.sent and l.total_minor = b.total_minor) then 'none'
           when d.bill_id is not null then 'undecided'
           when t.total_minor <> b.total_minor then 'corrections'
           when t.total_minor = b.total_minor then 'none'
           else 'first'
         end as what
       from bills b
       left join newest l on l.bill_id = b.bill_id
       left join told t on t.bill_id = b.bill_id
       left join doubtful d on d.bill_id = b.bill_id
       where ${generationScope("b", address)}
     )
     select count(*) filter (where what = 'first') as first, count(*) filter (where what = 'corrections') as corrections,
       count(*) filter (where what = 'undecided') as undecided, count(*) filter (where what = 'none') as none
     from judged`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("an aggregate always has a row");
  const { first, corrections, undecided, none } = row;
  return {
    first: Number(first),
    corrections: Number(corrections),
    undecided: Number(undecided),
    none: Number(none),
  };
}
