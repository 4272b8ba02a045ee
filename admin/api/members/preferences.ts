import type { z } from "zod";
import { latestPolicy } from "../../../database/generations/latest-policy.ts";
import {
  lockPreferences,
  writePreferences,
  type PreferenceRow,
} from "../../../database/members/preferences.ts";
import { ownWindows } from "../../../notification/member-quiet.ts";
import { coversWholeDay, windowText } from "../../../notification/quiet-window.ts";
import { policyOfGeneration } from "../../../notification/read-policy.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import { HttpProblem, notFound } from "../../http/problem.ts";
import { commandRoute, type Route } from "../../http/route.ts";
import { quietHoursOf, quietMinutesOf } from "./quiet-text.ts";
import { changedPreferences, memberParam, preferences } from "./schemas.ts";

/** What is under way keeps its channels and its day; quiet hours are looked at before every send. */
export const changePreferences: Route = commandRoute({
  path: "/members/{memberId}/preferences",
  method: "patch",
  role: "operator",
  tag: "Members",
  summary: "Change a member's send day, quiet hours, preferred channel or language",
  description:
    "What is left out stays, null takes a wish away. Messages that are scheduled already keep their day and channels; quiet hours and language hold from the next send on.",
  action: "member.preferences",
  params: memberParam,
  body: changedPreferences,
  answer: preferences,
  execute: async ({ params: { memberId }, body }, { client }) => {
    const before = await lockPreferences(client, memberId);
    if (before === null) throw notFound(`member ${memberId}`);
    const after = changed(before, body);
    await requireFreeMinute(client, after);
    await writePreferences(client, memberId, after);
    const { language, sendDay, preferredChannel } = after;
    return {
      state: "done",
      answer: { language, sendDay, preferredChannel, quietHours: quietHoursOf(after) },
    };
  },
});

function changed(before: PreferenceRow, body: z.output<typeof changedPreferences>): PreferenceRow {
  const { language, sendDay, preferredChannel, quietHours } = body;
  return {
    language: language ?? before.language,
    sendDay: sendDay === undefined ? before.sendDay : sendDay,
    preferredChannel: preferredChannel === undefined ? before.preferredChannel : preferredChannel,
    ...(quietHours === undefined
      ? { quietStart: before.quietStart, quietEnd: before.quietEnd }
      : quietMinutesOf(quietHours)),
  };
}

/** A day that is quiet all through would leave the member without a bill; delivery would then not heed the member at all. */
async function requireFreeMinute(client: Queryable, after: PreferenceRow): Promise<void> {
  const { systemQuiet } = policyOfGeneration(await latestPolicy(client));
  if (!coversWholeDay([...systemQuiet, ...ownWindows(after)])) return;
  const system = systemQuiet.map(windowText).join(", ");
  const message = `with the system's (${system}) these leave no minute of the day free; leave some`;
  throw new HttpProblem(400, "invalid-request", "nothing could ever be sent", {
    fields: [{ in: "body", field: "quietHours", message }],
  });
}
