import type { OrderRefusal } from "../../notification/delivery-order.ts";

/** What to do about a refusal, in a sentence. */
const remedies: Readonly<Record<OrderRefusal | "no-such-message", string>> = {
  "wrong-state":
    "not in a state for this; `delivery timeline` shows it. Dead messages are redriven, sent ones resent, scheduled ones forced",
  "stale-message": "redriven since; list the dead letters again",
  "bill-superseded":
    "a later generation changed the bill, and its own message tells the member; look for that one",
  "not-released": "the generation was not released; release it first",
  "maybe-sent": "it may have arrived; ask the member or the provider, then add --even-if-maybe-sent",
  "in-the-past": "the instant has passed by the billing clock; give a later one, or `delivery force`",
  "too-far": "more than 366 days away; look at the year",
  "no-channel": "the member has no contact for it; correct the contact, then give the command again",
  "no-reason": "say why with --reason",
  "no-such-message":
    "no message of that number; `delivery dead-letters` lists letters, and a bill has one once it is promoted",
  "already-sent": "it has arrived; `delivery resend` sends it again, with a reason",
  "stale-seq": "it was queued again meanwhile; give the command again",
  "not-due": "it is not due yet",
  held: "a person holds it; the admin API lets it go",
  "not-held": "nobody holds it",
  "lease-holds": "it is being sent; wait for the result",
  bounced: "its channel bounced it; `delivery timeline` shows where it went instead",
  "recorded-only": "what was told is kept and changes nothing",
  "other-channel": "it arrived over another channel; `delivery timeline` shows it",
};

/** A sentence for the code of a refusal. */
export function remedyOf(why: string): string {
  return Object.hasOwn(remedies, why) ? remedies[why as keyof typeof remedies] : why;
}
