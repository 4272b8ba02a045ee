import type { Queryable } from "../../platform/postgres.ts";

/** What a member wants, as the row keeps it. Minutes of the day; both or neither. */
export interface PreferenceRow {
  readonly language: "ko" | "en";
  readonly sendDay: number | null;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  readonly preferredChannel: string | null;
}

/** A member's preferences, locked until the transaction ends; null when there is no such member. */
export async function lockPreferences(client: Queryable, memberId: number): Promise<PreferenceRow | null> {
  const { rows } = await client.query<PreferenceRow>(
    `select language, send_day as "sendDay", quiet_start as "quietStart", quiet_end as "quietEnd",
            preferred_channel as "preferredChannel"
       from members where id = $1 for no key update`,
    [memberId],
  );
  return rows[0] ?? null;
}

/** Writes all of a member's preferences. */
export async function writePreferences(
  client: Queryable,
  memberId: number,
  { language, sendDay, quietStart, quietEnd, preferredChannel }: PreferenceRow,
): Promise<void> {
  await client.query(
    `update members
        set language = $2, send_day = $3, quiet_start = $4, quiet_end = $5, preferred_channel = $6
      where id = $1`,
    [memberId, language, sendDay, quietStart, quietEnd, preferredChannel],
  );
}
