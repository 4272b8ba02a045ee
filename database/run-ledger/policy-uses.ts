import type { Queryable } from "../../platform/postgres.ts";

/** A generation, and the policy that it was promoted with. */
export interface PolicyUse {
  /** Null = it was not promoted yet, and only its run knows; or by a program that did not keep the name. */
  readonly policy: string | null;
  readonly period: string;
  readonly generation: number;
  readonly state: string;
  readonly run: string;
  readonly runId: string;
  /** Whether it was promoted: from then on it keeps the policy as it was. */
  readonly promoted: boolean;
}

/** Every generation with its policy, the newest first: dozens. */
export async function policyUses(client: Queryable): Promise<readonly PolicyUse[]> {
  const { rows } = await client.query<PolicyUse>(
    `select g.notification_policy_name as policy, to_char(g.period, 'YYYY-MM') as period, g.number as generation, g.state,
            r.name as run, r.id as "runId", g.promoted_at is not null as promoted
       from generations g
       join bill_runs r on r.id = g.run_id
      order by g.period desc, g.number desc`,
  );
  return rows;
}
