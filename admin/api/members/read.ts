import { readMember, type MemberRow } from "../../../database/members/read-member.ts";
import { notFound } from "../../http/problem.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { maskedContacts } from "./masked.ts";
import { quietHoursOf } from "./quiet-text.ts";
import { member, memberParam } from "./schemas.ts";

/** One member, contacts masked. */
export const getMember: Route = readRoute({
  path: "/members/{memberId}",
  role: "viewer",
  tag: "Members",
  summary: "One member: masked contacts, preferences, accounts and subscriptions",
  params: memberParam,
  answer: member,
  read: async ({ params: { memberId } }, { pool, contacts }) => {
    const row = await readMember(pool, memberId);
    if (row === null) throw notFound(`member ${memberId}`);
    return { ...told(row), ...maskedContacts(row, contacts) };
  },
});

function told(row: MemberRow) {
  const { memberId, hasPushToken, language, timeZone, sendDay, preferredChannel } = row;
  return {
    ...{ memberId, hasPushToken, language, timeZone, sendDay, preferredChannel },
    quietHours: quietHoursOf(row),
    suppressedChannels: row.suppressedChannels,
    accounts: row.accounts,
  };
}
