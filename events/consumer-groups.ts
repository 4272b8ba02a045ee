import { CHANNEL_NAMES, type ChannelName } from "../notification/channels/registry.ts";
import { TOPICS } from "./topics.ts";

/** The consumer group of a channel: what its lag is asked under. */
export function groupOfChannel(channel: ChannelName): string {
  return `billing-${channel}`;
}

/** The group that reads the dead-letter topic. */
export const DEAD_LETTER_GROUP = "billing-dead-letter";

/** A topic and the group that has to read it. */
export interface Subscription {
  readonly topic: string;
  readonly group: string;
}

/** Every topic with its group: each is read by one group. */
export const SUBSCRIPTIONS: readonly Subscription[] = [
  ...CHANNEL_NAMES.map((channel) => ({ topic: TOPICS[channel], group: groupOfChannel(channel) })),
  { topic: TOPICS.deadLetter, group: DEAD_LETTER_GROUP },
];
