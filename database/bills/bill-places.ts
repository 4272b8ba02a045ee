import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { leafName } from "../notifications/leaf.ts";
import { generationScope } from "../proof/scope.ts";
import { billIdRange } from "./leaf.ts";

/** Partitions of a generation in which these bills stand, if they do; null = it may be any. */
export type BillPlaces = readonly number[] | null;

interface Found {
  readonly position: number;
  readonly announced: boolean;
  readonly found: number;
  readonly partitions: readonly number[];
}

/**
 * Where bills are to be looked for, generation by generation: a message has the partition of its bill, and messages are one table a
 * generation while bills are one a partition. Of a year of 64 partitions a month, planning alone took 200 ms for the bills of one
 * member. The first generation of a month announces every bill it has, so there what has no message is no bill; a later one
 * announces what changed.
 */
export async function billPlaces(
  client: Queryable,
  generations: readonly GenerationAddress[],
  billIds: readonly number[],
): Promise<readonly BillPlaces[]> {
  const parts = generations.map(
    (address, position) => `
      select ${position} as position, count(*)::int as found,
             exists (select from pg_inherits where inhrelid = to_regclass('${leafName(address)}')) as announced,
             coalesce(array_agg(distinct n.partition_index::int4), '{}') as partitions
        from notifications n
       where ${generationScope("n", address)} and n.bill_id = any($1::bigint[])`,
  );
  const { rows } = await client.query<Found>(parts.join(" union all "), [billIds]);
  const places = new Map(rows.map((row) => [row.position, row]));
  return generations.map((address, position) => {
    const { from, to } = billIdRange(address.period);
    const wanted = new Set(billIds.filter((id) => id >= from && id < to)).size;
    const place = places.get(position);
    if (place?.announced !== true) return null;
    return place.found === wanted || address.generation === 1 ? place.partitions : null;
  });
}
