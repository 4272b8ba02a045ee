import type { Channel } from "../../notification/channel.ts";
import { CHANNELS } from "../../notification/channel.ts";
import { planChannels } from "../../notification/channel-plan.ts";
import { CHANNEL_REGISTRY, perChannel } from "../../notification/channels/registry.ts";
import { firstDue, type FirstDue } from "../../notification/due.ts";
import { quietOfMember } from "../../notification/member-quiet.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { Recipient } from "../../database/promotion/recipient-rows.ts";

/** Channels to try and the moment of the first try. */
export interface PlannedMessage {
  readonly channels: readonly Channel[];
  readonly due: FirstDue;
}

/** Plans one bill's message: its channels in order, and when it is due first after a release at `releasedAtMs`. */
export function planMessage(
  recipient: Recipient,
  policy: NotificationPolicy,
  releasedAtMs: number,
): PlannedMessage {
  return {
    channels: channelsFor(recipient, policy),
    due: firstDue({
      billId: recipient.billId,
      releasedAtMs,
      sendDay: recipient.sendDay,
      quiet: quietOfMember(policy, recipient),
      spreadMinutes: policy.spreadMinutes,
    }),
  };
}

/** A member who cannot be reached keeps the policy's first channel: the consumer finds that out and makes it a dead letter. */
function channelsFor(recipient: Recipient, policy: NotificationPolicy): readonly Channel[] {
  const preferred = CHANNELS.find((channel) => channel === recipient.preferredChannel) ?? null;
  const has = { email: recipient.hasEmail, phone: recipient.hasPhone, pushToken: recipient.hasPushToken };
  const suppressed = recipient.suppressed === "" ? [] : recipient.suppressed.split(",");
  const contacts = perChannel((channel) => {
    if (!has[CHANNEL_REGISTRY[channel].contact]) return "missing";
    return suppressed.includes(channel) ? "suppressed" : "usable";
  });
  const { channels } = planChannels({ order: policy.channelOrder, preferred, contacts });
  return channels.length > 0 ? channels : policy.channelOrder.slice(0, 1);
}
