import type { Queryable } from "../../platform/postgres.ts";

/** A generation of a run that refers to a policy. */
export interface PolicyUse {
  readonly policy: string;
  readonly period: string;
  readonly generation: number;
  readonly state: string;
  readonly run: string;
  /** Whether it was promoted: from then on it keeps the policy as it was. */
  readonly promoted: boolean;
}

/** Which generations refer to a policy, or to any (null), the newest first: a row a generation, so dozens. */
export async function policyUses(client: Queryable, policy: string | null): Promise<readonly PolicyUse[]> {
  const { rows } = await client.query<PolicyUse>(
    `select used.policy, to_char(g.period, 'YYYY-MM') as period, g.number as generation, g.state, r.name as run,
            g.promoted_at is not null as promoted
       from generations g
       join bill_runs r on r.id = g.run_id
      cross join lateral (
        select coalesce(r.spec -> 'dispatch' ->> 'notificationPolicyRef', 'default') as policy) used
      where $1::text is null or used.policy = $1
      order by g.period desc, g.number desc`,
    [policy],
  );
  return rows;
}
