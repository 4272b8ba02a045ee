import type { Queryable } from "../../platform/postgres.ts";

/** Quiet hours that members have of their own, and how many members have just these. Minutes of the day. */
export interface OwnQuietHours {
  readonly quietStart: number;
  readonly quietEnd: number;
  readonly members: number;
}

/** All quiet hours that members have of their own; members differ in millions, their hours in thousands at most. */
export async function ownQuietHours(client: Queryable): Promise<readonly OwnQuietHours[]> {
  const { rows } = await client.query<OwnQuietHours>(
    `select quiet_start as "quietStart", quiet_end as "quietEnd", count(*) as members
       from members
      where quiet_start is not null and quiet_end is not null
      group by quiet_start, quiet_end`,
  );
  return rows;
}
