import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** Accounts held for one reason, with one of them as an example. */
export interface HeldReason {
  readonly reason: string;
  readonly accounts: number;
  readonly exampleAccountId: number;
  readonly exampleDetail: string;
}

/** Held accounts of a generation by reason, most first. */
export async function readHeldReasons(client: Queryable, address: GenerationAddress): Promise<HeldReason[]> {
  const { rows } = await client.query<HeldReason>(
    `select reason, count(*) as accounts, min(account_id) as "exampleAccountId",
       (array_agg(detail order by account_id))[1] as "exampleDetail"
     from held_accounts where period = $1 and generation = $2
     group by reason order by accounts desc, reason`,
    [periodDate(address.period), address.generation],
  );
  return rows;
}
