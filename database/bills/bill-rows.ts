import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";
import { generationScope, monthScope } from "../proof/scope.ts";
import { billPlaces, type BillPlaces } from "./bill-places.ts";

/** A bill of one generation with how its message stands. Sums in minor units. */
export interface BillRow {
  readonly billId: number;
  readonly accountId: number;
  readonly memberId: number;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly generation: number;
  readonly generationState: "settling" | "verified" | "live" | "superseded" | "abandoned";
  /** What was changed on the bill after promotion, or what settlement stored. */
  readonly changedState: string | null;
  readonly storedState: string;
  readonly currency: string;
  readonly taxableMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
  readonly itemCount: number;
  readonly digest: Buffer;
  /** Of the newest generation, up to this one, that has a message of this bill; null = none was planned. */
  readonly message: {
    readonly generation: number;
    readonly state: string;
    readonly channel: string;
    readonly reason: string;
    readonly dueAt: string;
    readonly messageGeneration: number;
    readonly toldMinor: number | null;
  } | null;
}

/** Which bills of each generation: these numbers, or so many from a number on. */
export type BillChoice =
  { readonly billIds: readonly number[] } | { readonly after: number; readonly limit: number };

/**
 * Bills of these generations, in their order and by number. One statement with the generations, and for bills by number their
 * partitions, as constants, so that the planner opens their leaves and no others.
 */
export async function readBillRows(
  client: Queryable,
  generations: readonly GenerationAddress[],
  choice: BillChoice,
): Promise<readonly BillRow[]> {
  if (generations.length === 0) return [];
  const values = "billIds" in choice ? [choice.billIds] : [choice.after, choice.limit];
  const places = "billIds" in choice ? await billPlaces(client, generations, choice.billIds) : [];
  const parts = generations.flatMap((address, position) => {
    const partitions = places[position] ?? null;
    return partitions?.length === 0 ? [] : rowsOf({ ...address, position, partitions }, choice);
  });
  if (parts.length === 0) return [];
  const { rows } = await client.query<BillRow>(
    `select "billId", "accountId", "memberId", period, generation, "generationState", "changedState", "storedState",
            currency, "taxableMinor", "taxMinor", "totalMinor", "itemCount", digest, message
       from (${parts.join(" union all ")}) found
      order by position, "billId"`,
    values,
  );
  return rows;
}

interface Part extends GenerationAddress {
  readonly position: number;
  readonly partitions: BillPlaces;
}

function rowsOf({ position, partitions, ...address }: Part, choice: BillChoice): string {
  const { period, generation } = address;
  const there = partitions === null ? "true" : `b.partition_index in (${partitions.join(", ")})`;
  const chosen =
    "billIds" in choice
      ? "b.bill_id = any($1::bigint[]) order by b.bill_id"
      : "b.bill_id > $1::bigint order by b.bill_id limit $2";
  return `
    select ${position} as position, b.bill_id as "billId", b.account_id as "accountId", a.member_id as "memberId",
           '${period}' as period, b.generation, g.state as "generationState", changed.state as "changedState",
           b.state as "storedState", g.currency, b.taxable_minor as "taxableMinor", b.tax_minor as "taxMinor",
           b.total_minor as "totalMinor", b.item_count as "itemCount", b.digest, message.told as message
      from (select bill_id, account_id, generation, state, taxable_minor, tax_minor, total_minor, item_count, digest
              from bills b where ${generationScope("b", address)} and ${there} and ${chosen}) b
      join generations g on g.period = '${periodDate(period)}' and g.number = ${generation}
      join accounts a on a.id = b.account_id
      left join lateral (
        select c.state from bill_state_changes c
         where c.bill_id = b.bill_id and c.generation = b.generation order by c.id desc limit 1) changed on true
      left join lateral (
        select json_build_object('generation', n.generation, 'state', n.state, 'channel', n.channel, 'reason', n.reason,
                                 'dueAt', n.due_at, 'messageGeneration', n.message_generation,
                                 'toldMinor', n.told_minor) as told
          from notifications n
         where ${monthScope("n", period)} and n.generation <= ${generation} and n.bill_id = b.bill_id
         order by n.generation desc limit 1) message on true`;
}
