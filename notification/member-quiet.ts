import { holidaysOf } from "./holidays.ts";
import type { NotificationPolicy } from "./policy.ts";
import { unionOfWindows, type QuietHours } from "./quiet-hours.ts";
import type { QuietWindow } from "./quiet-window.ts";

/** What a member's row says of when to disturb: minutes of the day in the member's zone; null = no hours of their own. */
export interface QuietPreference {
  readonly timeZone: string;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
}

/** The member's own windows: one, or none. */
export function ownWindows({
  quietStart,
  quietEnd,
}: Omit<QuietPreference, "timeZone">): readonly QuietWindow[] {
  return quietStart === null || quietEnd === null ? [] : [{ startMinute: quietStart, endMinute: quietEnd }];
}

/** When this member is left alone under a policy: the one place where policy and member are put together. */
export function quietOfMember(
  { systemQuiet, holidays }: Pick<NotificationPolicy, "systemQuiet" | "holidays">,
  member: QuietPreference,
): QuietHours {
  const windows = unionOfWindows(systemQuiet, ownWindows(member));
  return { zone: member.timeZone, windows, holidays: holidaysOf(holidays) };
}
