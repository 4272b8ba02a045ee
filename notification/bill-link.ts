import { createHmac, timingSafeEqual } from "node:crypto";

/** Keys of links to bills, by id; the first signs, all verify. */
export type LinkKeys = readonly (readonly [id: string, key: Buffer])[];

/** What a link leads to. */
export interface LinkedBill {
  readonly billId: number;
  /** From this second on the link leads nowhere. */
  readonly expiresAtSeconds: number;
}

/** What a token says, or why it is not believed; which of these is for the log, a visitor learns only "expired". */
export type LinkReading =
  | ({ readonly kind: "valid" } & LinkedBill)
  | { readonly kind: "refused"; readonly why: "malformed" | "unknown-key" | "bad-signature" | "expired" };

/** Bytes of the signature that stand in the token: 128 bits are out of reach, and the link stays short. */
const SIGNATURE_BYTES = 16;
const FORM = /^(\d{1,16})\.([0-9a-z]{1,9})\.(\w{1,32})\.([\w-]{22})$/;

/**
 * `billId.expiry.keyId.signature`, letters that need no escaping in a URL. Who has it sees the bill until it expires, so it
 * names one bill, says its own end, and tells nothing of the member.
 */
export function signBillLink(bill: LinkedBill, keys: LinkKeys): string {
  const [first] = keys;
  if (first === undefined) throw new RangeError("no key to sign links with");
  const [id, key] = first;
  const expiry = bill.expiresAtSeconds.toString(36);
  return `${bill.billId}.${expiry}.${id}.${signature(bill.billId, expiry, id, key).toString("base64url")}`;
}

/** Whether a token was signed by one of the keys and has not expired at `nowMs`. */
export function readBillLink(token: string, keys: LinkKeys, nowMs: number): LinkReading {
  const [, bill = "", expiry = "", id = "", signed = ""] = FORM.exec(token) ?? [];
  const billId = Number(bill);
  if (signed === "" || !Number.isSafeInteger(billId) || String(billId) !== bill) {
    return { kind: "refused", why: "malformed" };
  }
  const key = keys.find(([known]) => known === id)?.[1];
  if (key === undefined) return { kind: "refused", why: "unknown-key" };
  const given = Buffer.from(signed, "base64url");
  const wanted = signature(billId, expiry, id, key);
  // Compared as text too: base64 has spare bits, and one link is one token.
  const same = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!same || wanted.toString("base64url") !== signed) return { kind: "refused", why: "bad-signature" };
  const expiresAtSeconds = Number.parseInt(expiry, 36);
  if (nowMs >= expiresAtSeconds * 1_000) return { kind: "refused", why: "expired" };
  return { kind: "valid", billId, expiresAtSeconds };
}

/** Keys from `id:base64` pairs, comma-separated; "" = none. */
export function parseLinkKeys(text: string): LinkKeys {
  if (text === "") return [];
  return text.split(",").map((pair) => {
    const end = pair.indexOf(":");
    return [pair.slice(0, end), Buffer.from(pair.slice(end + 1), "base64")] as const;
  });
}

function signature(billId: number, expiry: string, keyId: string, key: Buffer): Buffer {
  const mac = createHmac("sha256", key).update(`bill-link|v1|${billId}|${expiry}|${keyId}`).digest();
  return mac.subarray(0, SIGNATURE_BYTES);
}
