import { perChannel, type ChannelName } from "../notification/channels/registry.ts";

/** Every topic of the delivery path. Partition counts are deployment's business; the names are the contract. */
export const TOPICS: Readonly<Record<ChannelName | "deadLetter", string>> = {
  ...perChannel((channel) => `billing.notifications.${channel}`),
  deadLetter: "billing.notifications.dead-letter",
};

/** All topic names, to create or inspect them. */
export const ALL_TOPICS: readonly string[] = Object.values(TOPICS);

/** The topic from which the consumers of a channel read their claim checks. */
export function topicOfChannel(channel: ChannelName): string {
  return TOPICS[channel];
}

/** The key of every message about a member: it keeps one member's messages in one partition, in order. */
export function messageKey(memberId: number): string {
  return String(memberId);
}

/** Name of the consumer group of a channel: what its lag is asked under. */
export function groupOfChannel(channel: ChannelName): string {
  return `billing-${channel}`;
}

/** Name of the consumer group of the dead-letter topic. */
export const DEAD_LETTER_GROUP = "billing-dead-letter";
