import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope } from "../proof/scope.ts";

/** A bill as its page shows it, and in which language; whose it is, is not read. */
export interface ShownBill {
  readonly totalMinor: number;
  readonly language: "ko" | "en";
  readonly items: readonly {
    readonly code: string;
    readonly quantityMilli: number;
    readonly rateMicro: number;
    readonly amountMinor: number;
  }[];
}

/** The bill of a generation, with its items in order; null when the generation has none of this number. */
export async function shownBill(
  client: Queryable,
  address: GenerationAddress,
  billId: number,
): Promise<ShownBill | null> {
  const { rows } = await client.query<ShownBill>(
    `select b.total_minor as "totalMinor", m.language, coalesce(i.items, '[]') as items
     from bills b
     join accounts a on a.id = b.account_id
     join members m on m.id = a.member_id
     cross join lateral (
       select json_agg(json_build_object('code', c.code, 'quantityMilli', i.quantity_milli, 'rateMicro', i.rate_micro,
                                         'amountMinor', i.amount_minor) order by i.line) as items
       from bill_items i join item_codes c on c.id = i.code_id
       where i.bill_id = b.bill_id and i.partition_index = b.partition_index and ${generationScope("i", address)}) i
     where ${generationScope("b", address)} and b.bill_id = $1`,
    [billId],
  );
  return rows[0] ?? null;
}
