import { quietOfMember, type QuietPreference } from "../../notification/member-quiet.ts";
import { isTimeZone } from "../../notification/zone-offset.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { DeliveryRules } from "../../notification/transition.ts";

/** Members differ in millions, their preferences in thousands. */
const maxCached = 20_000;

/**
 * Rules by preference, built once each: the union of windows costs more than everything else before a send. Of a member whose
 * zone is none nobody knows the hours: there are none in the rules, and `deliver` sends nothing.
 */
export function createMemberRules(policy: NotificationPolicy): (member: QuietPreference) => DeliveryRules {
  const known = new Map<string, DeliveryRules>();
  return (member) => {
    const { timeZone, quietStart, quietEnd } = member;
    const key = `${timeZone}|${quietStart ?? ""}|${quietEnd ?? ""}`;
    let rules = known.get(key);
    if (rules === undefined) {
      rules = {
        ladders: policy.ladders,
        maxUnknownOutcomes: policy.maxUnknownOutcomes,
        quiet: isTimeZone(timeZone) ? quietOfMember(policy, member) : { zone: "UTC", windows: [] },
      };
      if (known.size >= maxCached) known.clear();
      known.set(key, rules);
    }
    return rules;
  };
}
