import { whenClaimed, whenDue, whenHeldBack, whenQuietNow, whenRecalled, whenRescheduled } from "./claim.ts";
import { whenRedriven, whenResent } from "./new-message.ts";
import { whenUnreachable } from "./next-channel.ts";
import { keptHeld, whenHeld, whenLetGo } from "./hold.ts";
import type { NotificationEvent } from "./notification-event.ts";
import type { NotificationRow } from "./notification-row.ts";
import { whenReceipt } from "./receipt.ts";
import { whenSendEnded } from "./send-outcome.ts";
import { whenFollowing } from "./when-following.ts";
import type { DeliveryRules, Transition } from "./transition.ts";
import { whenLeaseExpired } from "./unknown-outcome.ts";
import { whenCancelled, whenSuperseded } from "./withdrawal.ts";

/**
 * The whole state machine of a notification: what one event makes of one row. Pure; the diagram is in
 * `docs/notifications.md`. SQL that moves many rows at once must make the same moves, and is tested against this.
 */
export function transition(row: NotificationRow, event: NotificationEvent, rules: DeliveryRules): Transition {
  switch (event.kind) {
    case "due":
      return whenDue(row, event);
    case "claim":
      return whenClaimed(row, event, rules);
    case "held-back":
      return whenHeldBack(row, event, rules);
    case "quiet-now":
      return whenQuietNow(row, event, rules);
    case "unreachable":
      return whenUnreachable(row, event, rules);
    case "outcome":
      return whenSendEnded(row, event, rules);
    case "lease-expired":
      return whenLeaseExpired(row, event, rules);
    case "receipt":
      return keptHeld(row, whenReceipt(row, event, rules));
    case "reschedule":
      return whenRescheduled(row, event, rules);
    case "hold":
      return whenHeld(row);
    case "let-go":
      return whenLetGo(row, event, rules);
    case "recall":
      return whenRecalled(row, event, rules);
    case "redrive":
      return whenRedriven(row, event, rules);
    case "resend":
      return whenResent(row, event, rules);
    case "follow-up":
      return whenFollowing(row, event, rules);
    case "cancel":
      return whenCancelled(row);
    case "superseded":
      return whenSuperseded(row);
  }
}
