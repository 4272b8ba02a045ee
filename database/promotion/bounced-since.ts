import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { leafName } from "../notifications/leaf.ts";
import { monthScope } from "../proof/scope.ts";

/**
 * Whether a bill that the generation has no message of, because its member had been told, lost that message to a bounce
 * after `sinceMs` (machine clock), when the messages were being planned: then nobody would tell the member. Asked while the
 * period's lock keeps receipts out.
 */
export async function bouncedSince(
  client: Queryable,
  current: GenerationAddress,
  sinceMs: number,
): Promise<boolean> {
  const { rows } = await client.query<{ bounced: boolean }>(
    `select exists (
       select from notifications n
        where ${monthScope("n", current.period)} and n.generation <> ${current.generation}
          and n.state = 'SUPERSEDED' and n.bounced is not null and n.updated_at >= to_timestamp($1::float8 / 1000)
          and not exists (select from ${leafName(current)} f where f.bill_id = n.bill_id)) as bounced`,
    [sinceMs],
  );
  return rows[0]?.bounced === true;
}
