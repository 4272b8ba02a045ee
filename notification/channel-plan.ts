import type { Channel } from "./channel.ts";

/** What is known about one member's address on one channel. */
export type ContactState = "usable" | "missing" | "suppressed";

/** The channels to try, best first, and those that were left out with the reason. */
export interface ChannelPlan {
  readonly channels: readonly Channel[];
  readonly skipped: readonly { readonly channel: Channel; readonly why: "missing" | "suppressed" }[];
}

/** What a plan is made of: the policy's order, the member's wish, and the contacts that exist. */
export interface ChannelChoice {
  /** The policy's order; a channel that is not in it is never used, whatever the member prefers. */
  readonly order: readonly Channel[];
  readonly preferred: Channel | null;
  readonly contacts: Readonly<Record<Channel, ContactState>>;
}

/** The preferred channel first, the others as fallbacks in the policy's order, without those that cannot be reached. */
export function planChannels({ order, preferred, contacts }: ChannelChoice): ChannelPlan {
  const wanted =
    preferred !== null && order.includes(preferred)
      ? [preferred, ...order.filter((channel) => channel !== preferred)]
      : order;
  const channels: Channel[] = [];
  const skipped: { channel: Channel; why: "missing" | "suppressed" }[] = [];
  for (const channel of wanted) {
    const contact = contacts[channel];
    if (contact === "usable") channels.push(channel);
    else skipped.push({ channel, why: contact });
  }
  return { channels, skipped };
}

/** What is left of a stored plan after `channel`: the fallbacks of a row that is trying `channel`. */
export function fallbacksAfter(plan: readonly Channel[], channel: Channel): readonly Channel[] {
  return plan.slice(plan.indexOf(channel) + 1);
}
