import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope } from "./scope.ts";

/** Accounts that have more than one bill in the generation, over all its partitions. */
export async function countDuplicateBills(client: Queryable, address: GenerationAddress): Promise<number> {
  const { rows } = await client.query<{ duplicates: number }>(
    `select count(*) as duplicates from (
       select 1 from bills b where ${generationScope("b", address)} group by b.account_id having count(*) > 1
     ) twice`,
  );
  return rows[0]?.duplicates ?? 0;
}
