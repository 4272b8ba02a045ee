import type { Queryable } from "../../platform/postgres.ts";

/**
 * The notification policy of the generation that was promoted last, as JSON: what members are told by these days. Null =
 * nothing was promoted yet, or before there were policies.
 */
export async function latestPolicy(client: Queryable): Promise<unknown> {
  const { rows } = await client.query<{ policy: unknown }>(
    `select notification_policy as policy from generations
      where promoted_at is not null order by promoted_at desc limit 1`,
  );
  return rows[0]?.policy ?? null;
}
