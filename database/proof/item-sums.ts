import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope } from "./scope.ts";

/** Sum of all items of one code in a generation. */
export interface ItemSum {
  readonly code: string;
  readonly items: number;
  readonly amountMinor: bigint;
  readonly quantityMilli: bigint;
}

/** Sums by item code, from the item rows; in order of code. */
export async function sumItems(client: Queryable, address: GenerationAddress): Promise<ItemSum[]> {
  const { rows } = await client.query<{
    code: string;
    items: number;
    amountMinor: string;
    quantityMilli: string;
  }>(
    `select c.code, s.items, s.amount_minor::text as "amountMinor", s.quantity_milli::text as "quantityMilli"
     from (
       select i.code_id, count(*) as items, sum(i.amount_minor) as amount_minor, sum(i.quantity_milli) as quantity_milli
       from bill_items i where ${generationScope("i", address)} group by i.code_id
     ) s join item_codes c on c.id = s.code_id
     order by c.code`,
  );
  return rows.map((row) => ({
    ...row,
    amountMinor: BigInt(row.amountMinor),
    quantityMilli: BigInt(row.quantityMilli),
  }));
}
