import type { Queryable } from "../../platform/postgres.ts";

/** Whose run it is, as far as it was ordered here. */
export interface RunMakers {
  readonly run: string;
  /** Null when it was started elsewhere. */
  readonly startedBy: string | null;
  /** Who changed its spec last, approvals aside; null when nobody has. */
  readonly lastChangedBy: string | null;
}

/**
 * Who started these runs, and who changed each last. An order whose answer is not there yet counts: it may have been
 * written. A run of the same name that was deleted is not asked about any more once another is started.
 */
export async function runMakers(client: Queryable, runs: readonly string[]): Promise<RunMakers[]> {
  const { rows } = await client.query<RunMakers>(
    `select run, started.actor as "startedBy", changed.actor as "lastChangedBy"
       from unnest($1::text[]) as run
       left join lateral (
         select actor, created_at from commands
          where intent is not null and intent ->> 'run' = run and state <> 'refused' and (intent ->> 'starts')::boolean
          order by created_at desc limit 1
       ) started on true
       left join lateral (
         select actor from commands
          where intent is not null and intent ->> 'run' = run and state <> 'refused' and kind <> 'run.approve'
            and not (intent ->> 'starts')::boolean and created_at >= coalesce(started.created_at, '-infinity')
          order by created_at desc limit 1
       ) changed on true`,
    [runs],
  );
  return rows;
}
