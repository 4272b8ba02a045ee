import type { Channel } from "../channel.ts";
import { firstMessage } from "../new-message.ts";
import type { NotificationRow } from "../notification-row.ts";

/** A claim check in Kafka. */
export interface LogEntry {
  readonly seq: number;
  readonly channel: Channel;
  /** Below the group's committed offset: read again only after a replay. */
  readonly committed: boolean;
}

/** What the dispatcher is in the middle of; a crash forgets it. */
export type Dispatcher =
  | { readonly at: "idle" }
  /** The batch is committed, its claim check not yet acknowledged by Kafka. */
  | { readonly at: "committed"; readonly entry: Omit<LogEntry, "committed"> }
  /** Acknowledged; the batch still stands open. */
  | { readonly at: "produced"; readonly seq: number };

/** What a consumer holds in memory; a crash forgets it. */
export type Consumer =
  | { readonly at: "idle" }
  | { readonly at: "polled"; readonly entry: Omit<LogEntry, "committed"> }
  /** `copy` is the row as the claim returned it. */
  | { readonly at: "claimed"; readonly copy: NotificationRow }
  /** The outcome is judged and not yet written: `copy` after it, or null when it changes nothing. */
  | { readonly at: "settled"; readonly seq: number; readonly copy: NotificationRow | null };

/**
 * What one provider knows of the present message's key. It honours keys that it has seen: both answers stay. `bounced`:
 * it was accepted, and the receipt that says that it bounced for good has come.
 */
export type ProviderMemory = "new" | "accepted" | "refused" | "bounced";

/** Two providers of e-mail and one of SMS. They share nothing, least of all the keys that they have seen. */
export const DOORS = ["email/a", "email/b", "sms/a"] as const;

/** One of them. */
export type Door = (typeof DOORS)[number];

/** The door that a claimed row is sent at; null = a push, of which nothing is asserted. */
export function doorOf({ channel, provider }: NotificationRow): Door | null {
  return DOORS.find((door) => door === `${channel}/${provider ?? ""}`) ?? null;
}

/** The channel that leads there. */
export function channelOf(door: Door): "email" | "sms" {
  return door === "sms/a" ? "sms" : "email";
}

/** Nobody has seen the key. */
export const NEW_KEY: Readonly<Record<Door, ProviderMemory>> = {
  ...{ "email/a": "new", "email/b": "new", "sms/a": "new" },
};

/** One message with everybody who can touch it. Times are left out: what could be due or have expired may be. */
export interface World {
  readonly row: NotificationRow;
  /** Set beside SENDING when the bill was superseded (database/promotion/supersede-notifications.ts). */
  readonly withdrawn: boolean;
  /** Outbox batches that were committed and not yet closed, by the `seq` they queued the row under. */
  readonly openBatches: readonly number[];
  readonly log: readonly LogEntry[];
  readonly dispatcher: Dispatcher;
  readonly consumers: readonly [Consumer, Consumer];
  /** Of the present message generation. */
  readonly provider: Readonly<Record<Door, ProviderMemory>>;
  /** `email/a` was taken out of the configuration: consumers cannot send there. */
  readonly removed: boolean;
  /** Calls under a key that had been accepted before, of the present message generation. */
  readonly repeatedCalls: number;
  /** How often the e-mail provider failed for now, counted up to the ladder's end. */
  readonly emailFailures: number;
  readonly emailGone: boolean;
  /** An SMS left though e-mail had neither been refused, nor been tried to its end, nor become impossible. */
  readonly unjustifiedSms: boolean;
}

const IDLE = { at: "idle" } as const;

/** A message just promoted, e-mail first and SMS behind it; nobody has touched it. */
export function firstWorld(): World {
  const row = firstMessage({ billId: 1, generation: 1 }, ["email", "sms"], {
    dueAtMs: 0,
    reason: "released",
  });
  return {
    ...{ row, withdrawn: false, openBatches: [], log: [], dispatcher: IDLE, consumers: [IDLE, IDLE] },
    ...{ provider: NEW_KEY, removed: false, repeatedCalls: 0, emailFailures: 0 },
    ...{ emailGone: false, unjustifiedSms: false },
  };
}

/** The world with one consumer doing something else. */
export function withConsumer(world: World, index: number, consumer: Consumer): World {
  const [first, second] = world.consumers;
  return { ...world, consumers: index === 0 ? [consumer, second] : [first, consumer] };
}

/** The world with a claim check (back) in Kafka. Two that nobody can tell apart are one. */
export function withEntry(world: World, entry: LogEntry): World {
  const others = world.log.filter(({ seq, channel }) => seq !== entry.seq || channel !== entry.channel);
  return { ...world, log: [...others, entry] };
}
