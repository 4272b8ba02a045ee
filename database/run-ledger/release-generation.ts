import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** Lets the dispatcher send the messages of a live generation; releasing twice keeps the first instant. */
export async function releaseGeneration(client: Queryable, address: GenerationAddress): Promise<void> {
  await client.query(
    `update generations set released_at = coalesce(released_at, clock_timestamp())
     where period = $1 and number = $2 and state = 'live'`,
    [periodDate(address.period), address.generation],
  );
}
