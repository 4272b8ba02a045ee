import type { Queryable } from "../../platform/postgres.ts";

/**
 * Moves everything of the accounts whose billing group changed (in `account_changes`) to the bucket of the new one, so that settlement finds
 * an account and all that belongs to it in one partition. Returns the number of accounts that moved.
 */
export async function moveBuckets(client: Queryable): Promise<number> {
  const { rowCount } = await client.query(
    `create temp table moved_subscriptions on commit drop as
     select b.id, c.account_id, c.old_bucket, c.bucket
     from account_changes c join subscriptions b on b.account_id = c.account_id
     where not c.is_new and c.old_bucket <> c.bucket`,
  );
  await client.query(
    `update adjustments a set bucket = c.bucket from account_changes c
     where a.account_id = c.account_id and not c.is_new and c.old_bucket <> c.bucket`,
  );
  if ((rowCount ?? 0) === 0) return 0;
  await client.query(
    "update subscriptions b set bucket = m.bucket from moved_subscriptions m where b.id = m.id",
  );
  for (const table of ["suspensions", "contracts", "add_ons"]) {
    await client.query(
      `update ${table} t set bucket = m.bucket from moved_subscriptions m where t.subscription_id = m.id`,
    );
  }
  await client.query(
    `update usage_records u set bucket = m.bucket from moved_subscriptions m
     where u.subscription_id = m.id and u.bucket = m.old_bucket`,
  );
  const { rows } = await client.query<{ count: number }>(
    "select count(distinct account_id) as count from moved_subscriptions",
  );
  return rows[0]?.count ?? 0;
}
