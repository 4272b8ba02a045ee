import type { Queryable } from "../../platform/postgres.ts";

/** Keeps a NotificationPolicy as one machine has it; one of the same name is replaced, as `kubectl apply` would. */
export async function storeNotificationPolicy(client: Queryable, name: string, spec: object): Promise<void> {
  await client.query(
    `insert into notification_policies (name, spec) values ($1, $2)
     on conflict (name) do update set spec = excluded.spec, updated_at = clock_timestamp(),
       generation = notification_policies.generation + (notification_policies.spec <> excluded.spec)::int`,
    [name, spec],
  );
}

/** The spec of the policy of that name, not yet checked; undefined when there is none. */
export async function findNotificationPolicy(client: Queryable, name: string): Promise<unknown> {
  const { rows } = await client.query<{ spec: unknown }>(
    "select spec from notification_policies where name = $1",
    [name],
  );
  return rows[0]?.spec;
}

/** Whether one machine has a policy of that name. */
export async function hasNotificationPolicy(client: Queryable, name: string): Promise<boolean> {
  const { rows } = await client.query("select from notification_policies where name = $1", [name]);
  return rows.length > 0;
}
