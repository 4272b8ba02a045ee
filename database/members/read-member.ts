import type { Channel } from "../../notification/channel.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** A member with all that is theirs; contacts sealed, days as `YYYY-MM-DD`. */
export interface MemberRow {
  readonly memberId: number;
  readonly nameEncrypted: Buffer;
  readonly emailEncrypted: Buffer | null;
  readonly phoneEncrypted: Buffer | null;
  readonly hasPushToken: boolean;
  readonly language: "ko" | "en";
  readonly timeZone: string;
  readonly sendDay: number | null;
  /** Minutes of the day. */
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  readonly preferredChannel: Channel | null;
  readonly suppressedChannels: readonly Channel[];
  readonly accounts: readonly {
    readonly accountId: number;
    readonly currency: string;
    readonly joinedOn: string;
    readonly familyId: number | null;
    readonly subscriptions: readonly {
      readonly subscriptionId: number;
      readonly plan: string;
      readonly startedOn: string;
      readonly endedOn: string | null;
    }[];
  }[];
}

/** The member, or null when there is none of that number; every probe by key. */
export async function readMember(client: Queryable, memberId: number): Promise<MemberRow | null> {
  const { rows } = await client.query<MemberRow>(
    `select m.id as "memberId", m.name_encrypted as "nameEncrypted", m.email_encrypted as "emailEncrypted",
            m.phone_encrypted as "phoneEncrypted", m.has_push_token as "hasPushToken", m.language,
            m.time_zone as "timeZone", m.send_day as "sendDay", m.quiet_start as "quietStart",
            m.quiet_end as "quietEnd", m.preferred_channel as "preferredChannel",
            array(select s.channel from suppressed_members s where s.member_id = m.id order by s.channel)
              as "suppressedChannels",
            coalesce((
              select json_agg(json_build_object(
                       'accountId', a.id, 'currency', a.currency, 'joinedOn', a.joined_on, 'familyId', a.family_id,
                       'subscriptions', coalesce((
                         select json_agg(json_build_object('subscriptionId', s.id, 'plan', s.plan,
                                  'startedOn', s.started_on, 'endedOn', s.ended_on) order by s.id)
                           from subscriptions s where s.account_id = a.id), '[]')) order by a.id)
                from accounts a where a.member_id = m.id), '[]') as accounts
       from members m
      where m.id = $1`,
    [memberId],
  );
  return rows[0] ?? null;
}
