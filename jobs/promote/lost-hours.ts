import { ownQuietHours } from "../../database/members/own-quiet-hours.ts";
import { ownWindows } from "../../notification/member-quiet.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { coversWholeDay } from "../../notification/quiet-window.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { JobContext } from "../run-job.ts";

/**
 * How many members have quiet hours of their own that leave, together with the policy's, no minute of the day free. Such are
 * refused when they are saved; these became so because the policy has changed since. For them the policy's alone count.
 */
export async function membersWithoutFreeTime(
  client: Queryable,
  { systemQuiet }: Pick<NotificationPolicy, "systemQuiet">,
): Promise<number> {
  const hours = await ownQuietHours(client);
  return hours
    .filter((own) => coversWholeDay([...systemQuiet, ...ownWindows(own)]))
    .reduce((sum, { members }) => sum + members, 0);
}

/** What a person is told about them, in a sentence. */
export function lostHoursSentence(members: number): string {
  return (
    `the quiet hours of ${members} members leave, together with the policy's, no minute of the day free: ` +
    "for them the policy's alone count. Ask them for other hours, or shorten the policy's"
  );
}

/** Says so before the messages are planned, where there are any. */
export async function tellOfLostHours(
  { logger }: Pick<JobContext, "logger">,
  client: Queryable,
  policy: NotificationPolicy,
): Promise<void> {
  const members = await membersWithoutFreeTime(client, policy);
  if (members > 0) logger.warn({ members }, lostHoursSentence(members));
}
