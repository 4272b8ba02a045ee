import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** Accounts of a generation that were held for one reason, with one of them as an example. */
export interface HeldReason {
  readonly reason: string;
  readonly accounts: number;
  readonly example: string;
}

/** Held accounts by reason, the most frequent first. */
export async function heldReasons(client: Queryable, address: GenerationAddress): Promise<HeldReason[]> {
  const { rows } = await client.query<HeldReason>(
    `select reason, count(*) as accounts,
       (array_agg('account ' || account_id || ': ' || detail order by account_id))[1] as example
     from held_accounts where period = $1 and generation = $2 group by reason order by accounts desc, reason`,
    [periodDate(address.period), address.generation],
  );
  return rows;
}
