import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** How many messages of a promoted generation are under way for longer than `withinMs` after their day; 0 = no deadline. */
export async function overdueMessages(
  client: Queryable,
  { period, generation }: GenerationAddress,
  withinMs: number,
): Promise<number> {
  const { rows } = await client.query<{ overdue: number }>("select overdue_messages($1, $2, $3) as overdue", [
    periodDate(period),
    generation,
    withinMs,
  ]);
  return rows[0]?.overdue ?? 0;
}
