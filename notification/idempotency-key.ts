import { isChannelName } from "./channels/registry.ts";
import type { Channel } from "./channel.ts";

/** What makes one message to one member over one channel unique; everything else about it may vary between attempts. */
export interface MessageIdentity {
  readonly billId: number;
  /** Generation of the bill. */
  readonly generation: number;
  readonly channel: Channel;
  /** Generation of the message: raised by a redrive or a resend, which are meant to be new messages. */
  readonly messageGeneration: number;
}

/**
 * The key a provider is given so that it accepts a message once: `2026100000000001.g1:email:m1`.
 *
 * It holds no attempt and no sequence number: a resend after an unknown outcome must carry the very same key.
 */
export function idempotencyKey({ billId, generation, channel, messageGeneration }: MessageIdentity): string {
  return `${billId}.g${generation}:${channel}:m${messageGeneration}`;
}

/** Generations are small integers in the database. */
const maxGeneration = 32_767;
const keyForm = /^([1-9]\d{15})\.g([1-9]\d{0,4}):([a-z][a-z0-9-]{0,31}):m([1-9]\d{0,4})$/;

/** The message of a key that a provider echoes; null for a text that `idempotencyKey` cannot have made. */
export function parseIdempotencyKey(text: string): MessageIdentity | null {
  const [, billId, generation, channel, messageGeneration] = keyForm.exec(text) ?? [];
  const identity = {
    billId: Number(billId),
    generation: Number(generation),
    messageGeneration: Number(messageGeneration),
  };
  if (!isChannelName(channel) || !Number.isSafeInteger(identity.billId)) return null;
  if (identity.generation > maxGeneration || identity.messageGeneration > maxGeneration) return null;
  return { ...identity, channel };
}
