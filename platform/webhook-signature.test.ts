import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseWebhookKeys,
  SIGNATURE_HEADER,
  signWebhook,
  TIMESTAMP_HEADER,
  webhookKeysForm,
  whyNotSigned,
  type SignatureRefusal,
  type WebhookKey,
} from "./webhook-signature.ts";

const secret = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const [old, next, sms] = parseWebhookKeys(
  `old:${secret(1)},next:${secret(2)},sms/s1:${secret(3)}`,
) as unknown as readonly [WebhookKey, WebhookKey, WebhookKey];
const body = Buffer.from('{"id":"e1"}');
const now = Date.parse("2026-11-02T12:00:00Z");
const windowMs = 300_000;

function verdict(
  keys: readonly WebhookKey[],
  headers: Readonly<Record<string, string>>,
  changes: { source?: string; body?: Buffer; nowMs?: number } = {},
): SignatureRefusal | null {
  const { source = "email", nowMs = now } = changes;
  const [timestamp, signature] = [headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER]];
  const request = { timestamp, signature, source, body: changes.body ?? body };
  return whyNotSigned(keys, request, { nowMs, windowMs });
}

test("what one of the keys signed is believed, also while keys change", () => {
  assert.equal(verdict([old, next], signWebhook(old, body, now)), null);
  assert.equal(verdict([old, next], signWebhook(next, body, now)), null);
  assert.equal(verdict([next], signWebhook(old, body, now)), "wrong-signature");
  const both = `${signWebhook(old, body, now)[SIGNATURE_HEADER] ?? ""}, ${signWebhook(next, body, now)[SIGNATURE_HEADER] ?? ""}`;
  assert.equal(verdict([next], { ...signWebhook(old, body, now), [SIGNATURE_HEADER]: both }), null);
});

test("a key of one source counts for no other", () => {
  assert.equal(verdict([sms], signWebhook(sms, body, now), { source: "sms" }), null);
  assert.equal(verdict([sms], signWebhook(sms, body, now), { source: "email" }), "wrong-signature");
});

test("another body, another time, or a time outside the window is refused", () => {
  const headers = signWebhook(old, body, now);
  assert.equal(verdict([old], headers, { body: Buffer.from('{"id":"e2"}') }), "wrong-signature");
  const later = String(now / 1_000 + 1);
  assert.equal(verdict([old], { ...headers, [TIMESTAMP_HEADER]: later }), "wrong-signature");
  assert.equal(verdict([old], headers, { nowMs: now + windowMs }), null);
  assert.equal(verdict([old], headers, { nowMs: now + windowMs + 1_000 }), "outside-window");
  assert.equal(verdict([old], headers, { nowMs: now - windowMs - 1_000 }), "outside-window");
});

test("what is missing or out of shape is refused and does not throw", () => {
  const headers = signWebhook(old, body, now);
  assert.equal(verdict([old], {}), "no-signature");
  assert.equal(verdict([old], { ...headers, [TIMESTAMP_HEADER]: "1e9" }), "bad-timestamp");
  for (const signature of ["", "v1=", "v1=zz", "v2=" + "0".repeat(64), "v1=" + "0".repeat(63)]) {
    assert.equal(verdict([old], { ...headers, [SIGNATURE_HEADER]: signature }), "wrong-signature", signature);
  }
});

test("keys are read as they are configured; a short one is refused", () => {
  assert.deepEqual([old.id, old.source, sms.id, sms.source], ["old", null, "s1", "sms"]);
  assert.ok(webhookKeysForm.test(`sms/a:${secret(1)},b:${secret(2)}`));
  for (const text of ["", "a", `a:${secret(1)},`, "a:c2hvcnQ=", `A/a:${secret(1)}`]) {
    assert.equal(webhookKeysForm.test(text), false, text);
  }
});
