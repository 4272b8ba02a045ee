import type { NotificationPolicy } from "../../notification/policy.ts";
import { unionOfWindows } from "../../notification/quiet-hours.ts";
import type { DeliveryRules } from "../../notification/transition.ts";

/** The preferences of a member that decide when a message may leave. */
export interface QuietPreference {
  readonly timeZone: string;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
}

/** Members differ in millions, their preferences in thousands. */
const maxCached = 20_000;

/** Rules by preference, built once each: the union of windows costs more than everything else before a send. */
export function createMemberRules(policy: NotificationPolicy): (member: QuietPreference) => DeliveryRules {
  const known = new Map<string, DeliveryRules>();
  return ({ timeZone, quietStart, quietEnd }) => {
    const key = `${timeZone}|${quietStart ?? ""}|${quietEnd ?? ""}`;
    let rules = known.get(key);
    if (rules === undefined) {
      const own =
        quietStart === null || quietEnd === null ? [] : [{ startMinute: quietStart, endMinute: quietEnd }];
      rules = {
        ladders: policy.ladders,
        maxUnknownOutcomes: policy.maxUnknownOutcomes,
        quiet: { zone: timeZone, windows: unionOfWindows(policy.systemQuiet, own) },
      };
      if (known.size >= maxCached) known.clear();
      known.set(key, rules);
    }
    return rules;
  };
}
