import type { Queryable } from "../../platform/postgres.ts";

/** Why nothing is sent from this database, and who said so last. */
export interface StandingHold {
  readonly cause: string;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** The hold on delivery; null = it is armed. */
export async function readHold(client: Queryable): Promise<StandingHold | null> {
  const { rows } = await client.query<StandingHold>(
    `select h.cause, coalesce(a.changed_by, '') as by, coalesce(a.reason, '') as reason,
            coalesce(a.changed_at, clock_timestamp()) as at
       from (select delivery_hold() as cause) h left join delivery_arming a on true
      where h.cause is not null`,
  );
  return rows[0] ?? null;
}
