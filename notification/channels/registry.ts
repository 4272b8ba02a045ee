/** What a member is reached by: a contact that stands on the member's row. */
export type Contact = "email" | "phone" | "pushToken";

/** What delivery has to know of a channel before its consumer runs. */
interface ChannelTraits {
  /** For the list of subcommands. */
  readonly summary: string;
  /** One message of it, in a sentence. */
  readonly message: string;
  readonly contact: Contact;
  /** The waits before the second, third, … attempt, where a policy says nothing. */
  readonly retryDelaysMs: readonly number[];
  /** Of its topic, where nobody says otherwise. A power of two: consumers are scaled to divisors of it. */
  readonly topicPartitions: number;
}

/**
 * The channels there are, in the order in which a policy tries them unless it says otherwise. The one place where a
 * channel is registered: its name is the subcommand, the folder below `consumers/`, the end of the topic's name and the
 * key of its ladder. Topics, claim checks, policies, the NotificationPolicy's schema and `main.ts` follow from it.
 */
export const CHANNEL_REGISTRY = {
  email: {
    summary: "send bills by e-mail",
    message: "an e-mail",
    contact: "email",
    retryDelaysMs: [10_000, 60_000, 300_000, 900_000],
    topicPartitions: 16,
  },
  sms: {
    summary: "send bills by SMS",
    message: "an SMS",
    contact: "phone",
    retryDelaysMs: [10_000, 60_000, 300_000],
    topicPartitions: 8,
  },
  // Worth less the later it comes, so it gives up soonest.
  push: {
    summary: "send bills as push messages",
    message: "a push message",
    contact: "pushToken",
    retryDelaysMs: [5_000, 30_000, 120_000],
    topicPartitions: 8,
  },
} as const satisfies Readonly<Record<string, ChannelTraits>>;

/** The name of a registered channel. */
export type ChannelName = keyof typeof CHANNEL_REGISTRY;

/** Their names, in the registry's order. */
export const CHANNEL_NAMES = Object.keys(CHANNEL_REGISTRY) as readonly ChannelName[];

/** Whether a text is the name of a channel. */
export function isChannelName(text: unknown): text is ChannelName {
  return typeof text === "string" && Object.hasOwn(CHANNEL_REGISTRY, text);
}

/** A value for each channel. */
export function perChannel<Value>(valueOf: (channel: ChannelName) => Value): Record<ChannelName, Value> {
  const entries = CHANNEL_NAMES.map((channel) => [channel, valueOf(channel)] as const);
  return Object.fromEntries(entries) as Record<ChannelName, Value>;
}
