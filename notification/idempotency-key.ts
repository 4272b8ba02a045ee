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
