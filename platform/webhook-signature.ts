import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";

/** A key that signs webhooks, and whose. */
export interface WebhookKey {
  /** For people; it is no part of the signature. */
  readonly id: string;
  /** The only source that it counts for; null = every source. */
  readonly source: string | null;
  readonly secret: KeyObject;
}

/** Why a request is not believed. Says nothing that helps to forge one. */
export type SignatureRefusal = "no-signature" | "bad-timestamp" | "outside-window" | "wrong-signature";

/** The headers of a signed request. */
export interface SignedHeaders {
  /** Seconds since 1970, as text. */
  readonly timestamp: string | undefined;
  /** `v1=<hex>`, several separated by commas while a sender changes keys. */
  readonly signature: string | undefined;
}

export const TIMESTAMP_HEADER = "receipt-timestamp";
export const SIGNATURE_HEADER = "receipt-signature";

const maxSignatures = 5;

/** Keys of `[source/]id:base64[,…]`, as `webhookKeysForm` allows. */
export function parseWebhookKeys(text: string): readonly WebhookKey[] {
  return text.split(",").map((entry) => {
    const [name = "", secret = ""] = entry.split(":");
    const [id = "", source] = name.split("/").reverse();
    return { id, source: source ?? null, secret: createSecretKey(secret, "base64") };
  });
}

/** `[source/]id:base64` of 32 bytes or more, comma-separated. */
export const webhookKeysForm =
  /^([a-z][a-z0-9-]*\/)?\w+:[A-Za-z0-9+/]{43,}={0,2}(,([a-z][a-z0-9-]*\/)?\w+:[A-Za-z0-9+/]{43,}={0,2})*$/;

/** HMAC-SHA256 over `<timestamp>.<body>`, hex. */
function signatureOf(secret: KeyObject, timestamp: string, body: Buffer): Buffer {
  return createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
}

/** The headers that sign `body` under a key. */
export function signWebhook(
  { secret }: WebhookKey,
  body: Buffer,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  return {
    [TIMESTAMP_HEADER]: timestamp,
    [SIGNATURE_HEADER]: `v1=${signatureOf(secret, timestamp, body).toString("hex")}`,
  };
}

/**
 * Whether one of the keys that count for `source` signed this body at most `windowMs` ago (or ahead, for clocks differ);
 * null = it did. Every signature is compared with every key in constant time, whichever of them fits.
 */
export function whyNotSigned(
  keys: readonly WebhookKey[],
  request: SignedHeaders & { readonly source: string; readonly body: Buffer },
  { nowMs, windowMs }: { readonly nowMs: number; readonly windowMs: number },
): SignatureRefusal | null {
  const { timestamp, signature, source, body } = request;
  if (timestamp === undefined || signature === undefined) return "no-signature";
  if (!/^\d{1,12}$/.test(timestamp)) return "bad-timestamp";
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > windowMs) return "outside-window";
  const given = signature
    .split(",")
    .slice(0, maxSignatures)
    .map((one) => /^\s*v1=([0-9a-f]{64})\s*$/.exec(one)?.[1])
    .flatMap((hex) => (hex === undefined ? [] : [Buffer.from(hex, "hex")]));
  let fits = false;
  for (const key of keys) {
    if (key.source !== null && key.source !== source) continue;
    const expected = signatureOf(key.secret, timestamp, body);
    for (const one of given) if (timingSafeEqual(expected, one)) fits = true;
  }
  return fits ? null : "wrong-signature";
}
