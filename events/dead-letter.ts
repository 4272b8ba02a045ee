import { z } from "zod";
import { CHANNEL_NAMES } from "../notification/channels/registry.ts";

const count = z.int().min(1);
/** Causes are codes, so that no provider's words, which like to quote the address, reach Kafka. */
const cause = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const instant = z.iso.datetime();

const deadMessage = z.object({
  v: z.literal(1),
  kind: z.literal("message"),
  period: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/),
  billId: count,
  generation: count,
  messageGeneration: count,
  seq: z.int().min(0),
  channel: z.enum(CHANNEL_NAMES),
  cause,
  diedAt: instant,
});

const poisonMessage = z.object({
  v: z.literal(1),
  kind: z.literal("poison"),
  topic: z.string().min(1).max(249),
  partition: z.int().min(0),
  /** Kafka offsets are 64 bits wide: a decimal string. */
  offset: z.string().regex(/^\d+$/),
  cause,
  diedAt: instant,
});

const deadLetter = z.discriminatedUnion("kind", [deadMessage, poisonMessage]);

/** A message given up (`message`), or one that could not be read and where it lies (`poison`). Ids and codes only. */
export type DeadLetter = z.infer<typeof deadLetter>;

/** The value of a message on the dead-letter topic. Throws on a field out of shape: better than leaking a contact. */
export function encodeDeadLetter(letter: DeadLetter): string {
  return JSON.stringify(deadLetter.parse(letter));
}

/** Reads a dead letter, ignoring unknown fields; null when it is none that this version knows. */
export function decodeDeadLetter(value: Uint8Array | string | null): DeadLetter | null {
  if (value === null) return null;
  try {
    const text = typeof value === "string" ? value : new TextDecoder().decode(value);
    return deadLetter.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
