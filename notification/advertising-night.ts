import type { NotificationPolicy } from "./policy.ts";
import type { QuietWindow } from "./quiet-window.ts";
import { coversWholeDay } from "./quiet-window.ts";

/**
 * When nobody may be sent advertising without having agreed to that apart: from nine in the evening to eight in the morning
 * (Korea's Network Act, article 50 (3)). The law spares e-mail; we do not, for a bill with advertising may fall back to SMS.
 */
export const ADVERTISING_NIGHT: QuietWindow = { startMinute: 21 * 60, endMinute: 8 * 60 };

/**
 * The policy that a generation is delivered by, given whether one of its templates carries advertising: then the night is
 * the system's quiet time too, whatever the carrier's hours, at every decision that looks at quiet hours. No consent to
 * advertising at night is recorded of any member, so nobody is taken to have given one.
 */
export function policyForTemplates(policy: NotificationPolicy, promotional: boolean): NotificationPolicy {
  if (!promotional) return policy;
  return { ...policy, systemQuiet: [...policy.systemQuiet, ADVERTISING_NIGHT] };
}

/** Whether advertising could ever be sent under a policy: its own quiet hours may be all that the night leaves. */
export function leavesTimeForAdvertising(policy: NotificationPolicy): boolean {
  return !coversWholeDay([...policy.systemQuiet, ADVERTISING_NIGHT]);
}

/** What stays quiet for a message that a person sends through the quiet hours, with a reason: only what the law forbids. */
export function windowsWhenForced(promotional: boolean): readonly QuietWindow[] {
  return promotional ? [ADVERTISING_NIGHT] : [];
}
