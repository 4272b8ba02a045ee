import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/**
 * Gives up a generation that never became live: no worker can commit to it any more, and the period is free for
 * another run. False when it is live or ended already.
 */
export async function abandonGeneration(client: Queryable, address: GenerationAddress): Promise<boolean> {
  const { rowCount } = await client.query(
    `update generations set state = 'abandoned'
     where period = $1 and number = $2 and state in ('settling', 'verified')`,
    [periodDate(address.period), address.generation],
  );
  return rowCount === 1;
}
