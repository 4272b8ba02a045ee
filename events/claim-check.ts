import { isChannelName, type ChannelName } from "../notification/channels/registry.ts";

/** Version of the claim check this code writes, and the newest it reads. */
export const CLAIM_CHECK_VERSION = 1;

/** The right to try one message: ids alone. Whoever holds it fetches the bill, if the row still has this `seq`. */
export interface ClaimCheck {
  /** Billing period, `2026-10`: it selects the table partition in which the bill lies. */
  readonly period: string;
  readonly billId: number;
  /** Generation of the bill. */
  readonly generation: number;
  readonly seq: number;
  readonly channel: ChannelName;
}

/** Why a message can never be read, however often it is read again. */
export type PoisonReason = "empty" | "not-json" | "newer-version" | "bad-field";

/** A claim check, or a message to put aside: `field` names what is wrong with it, never its content. */
export type DecodedClaimCheck =
  | { readonly kind: "claim-check"; readonly claimCheck: ClaimCheck }
  | { readonly kind: "poison"; readonly why: PoisonReason; readonly field: string };

/** The value of a Kafka message, about 90 bytes of JSON. */
export function encodeClaimCheck({ period, billId, generation, seq, channel }: ClaimCheck): string {
  // Written by hand: no field can need escaping, and this is done once a message.
  return `{"v":${CLAIM_CHECK_VERSION},"period":"${period}","billId":${billId},"generation":${generation},"seq":${seq},"channel":"${channel}"}`;
}

/**
 * Reads the value of a Kafka message. Never throws. Unknown fields are ignored, so that a later version of the same
 * major shape can add some; a higher `v` is refused, because its meaning is unknown.
 *
 * Checked by hand, as every message passes here: 0.73 µs against zod's 0.90, of which parsing the JSON is 0.5.
 */
export function decodeClaimCheck(value: Uint8Array | string | null): DecodedClaimCheck {
  if (value === null || value.length === 0) return poison("empty", "value");
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof value === "string" ? value : textOf(value));
  } catch {
    return poison("not-json", "value");
  }
  if (typeof parsed !== "object" || parsed === null) return poison("bad-field", "value");
  return decodeFields(parsed);
}

function decodeFields(fields: Partial<Record<"v" | keyof ClaimCheck, unknown>>): DecodedClaimCheck {
  const { v, period, billId, generation, seq, channel } = fields;
  if (!isCount(v)) return poison("bad-field", "v");
  if (v > CLAIM_CHECK_VERSION) return poison("newer-version", "v");
  if (typeof period !== "string" || !PERIOD.test(period)) return poison("bad-field", "period");
  if (!isCount(billId)) return poison("bad-field", "billId");
  if (!isCount(generation)) return poison("bad-field", "generation");
  if (!isCount(seq)) return poison("bad-field", "seq");
  if (!isChannelName(channel)) return poison("bad-field", "channel");
  return { kind: "claim-check", claimCheck: { period, billId, generation, seq, channel } };
}

const PERIOD = /^\d{4}-(?:0[1-9]|1[0-2])$/;

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function poison(why: PoisonReason, field: string): DecodedClaimCheck {
  return { kind: "poison", why, field };
}
