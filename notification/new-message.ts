import type { Channel } from "./channel.ts";
import type { FirstDue } from "./due.ts";
import type { RedriveEvent, ResendEvent } from "./notification-event.ts";
import { messageOf, type NotificationRow } from "./notification-row.ts";
import { nextAllowedInstant } from "./quiet-hours.ts";
import { refused, type DeliveryRules, type Transition } from "./transition.ts";

/** The row that promotion creates for a bill: SCHEDULED on the plan's first channel; DEAD when there is none. */
export function firstMessage(
  bill: { readonly billId: number; readonly generation: number },
  channels: readonly Channel[],
  due: FirstDue,
): NotificationRow {
  const [channel, ...fallbacks] = channels;
  const { billId, generation } = bill;
  const fresh = {
    ...{ billId, generation, messageGeneration: 1, attempt: 0, seq: 0, unknownOutcomes: 0, provider: null },
  };
  if (channel === undefined) {
    // The row must name a channel; e-mail is where a repaired contact would be tried first.
    return { ...fresh, channel: "email", fallbacks: [], state: "DEAD", cause: "no-contact" };
  }
  return { ...fresh, channel, fallbacks, state: "SCHEDULED", dueAtMs: due.dueAtMs, reason: due.reason };
}

/** DEAD → SCHEDULED as a new message: new key, attempts from 0, channels as planned now. */
export function whenRedriven(row: NotificationRow, event: RedriveEvent, rules: DeliveryRules): Transition {
  if (row.state !== "DEAD") return refused("wrong-state");
  return asNewMessage(row, event, rules);
}

/** SENT or DELIVERED → SCHEDULED as a new message, which the member will see as a second one: never without a reason. */
export function whenResent(row: NotificationRow, event: ResendEvent, rules: DeliveryRules): Transition {
  if (row.state !== "SENT" && row.state !== "DELIVERED") return refused("wrong-state");
  if (event.why.trim() === "") return refused("no-reason");
  return asNewMessage(row, event, rules);
}

/** `seq` goes on counting, so that claim checks of the former message stay stale. */
function asNewMessage(
  row: NotificationRow,
  event: RedriveEvent | ResendEvent,
  { quiet }: DeliveryRules,
): Transition {
  const [channel, ...fallbacks] = event.channels;
  if (channel === undefined) return refused("no-channel");
  const dueAtMs = nextAllowedInstant(event.nowMs, quiet);
  // What bounced was the former message, and so is what a provider may hold; that an address is suppressed is no matter
  // of the row.
  const { bounced: _former, ...message } = messageOf(row);
  const messageGeneration = message.messageGeneration + 1;
  const fresh = { attempt: 0, unknownOutcomes: 0, provider: null };
  return {
    kind: "moved",
    row: {
      ...{ ...message, ...fresh, messageGeneration, channel, fallbacks },
      ...{ state: "SCHEDULED", dueAtMs, reason: event.kind },
    },
  };
}
