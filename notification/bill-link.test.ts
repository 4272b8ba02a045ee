import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parseLinkKeys, readBillLink, signBillLink } from "./bill-link.ts";
import { billLinkOf, dueOn } from "./templates/letterhead.ts";

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const keys = parseLinkKeys(`k2:${keyOf(2)},k1:${keyOf(1)}`);
const oldKeys = parseLinkKeys(`k1:${keyOf(1)}`);
const billId = 2026100000000001;
const expiresAtSeconds = Date.parse("2027-02-24T00:00:00Z") / 1_000;
const bill = { billId, expiresAtSeconds };
const before = expiresAtSeconds * 1_000 - 1;

test("a token is what it was signed as, until the second it expires", () => {
  const token = signBillLink(bill, keys);
  assert.match(token, /^2026100000000001\.[0-9a-z]+\.k2\.[\w-]{22}$/);
  assert.deepEqual(readBillLink(token, keys, before), { kind: "valid", ...bill });
  assert.deepEqual(readBillLink(token, keys, before + 1), { kind: "refused", why: "expired" });
});

test("an older key still verifies, an unknown one does not, and another key of the same name does not", () => {
  const token = signBillLink(bill, oldKeys);
  assert.equal(readBillLink(token, keys, before).kind, "valid");
  assert.deepEqual(readBillLink(signBillLink(bill, keys), oldKeys, before), {
    kind: "refused",
    why: "unknown-key",
  });
  const other = parseLinkKeys(`k1:${keyOf(3)}`);
  assert.deepEqual(readBillLink(token, other, before), { kind: "refused", why: "bad-signature" });
});

test("no token of another bill, another expiry, another key or another letter is believed", () => {
  const token = signBillLink(bill, keys);
  const [, expiry = "", id = "", signed = ""] = token.split(".");
  const later = (expiresAtSeconds + 1).toString(36);
  for (const forged of [
    `${billId + 1}.${expiry}.${id}.${signed}`,
    `${billId}.${later}.${id}.${signed}`,
    `${billId}.${expiry}.k1.${signed}`,
    `0${billId}.${expiry}.${id}.${signed}`,
    `${token}A`,
    token.slice(0, -1),
    "",
    "a.b.c.d",
  ]) {
    assert.equal(readBillLink(forged, keys, before).kind, "refused", forged);
  }
  // The last letter has bits that no byte needs: without care, sixteen tokens would be one link.
  for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
    const other = token.slice(0, -1) + letter;
    assert.equal(readBillLink(other, keys, before).kind, other === token ? "valid" : "refused", other);
  }
  fc.assert(
    fc.property(
      fc.nat(token.length - 1),
      fc.constantFrom("0", "a", "Z", "_", "-", ".", "1"),
      (at, letter) => {
        fc.pre(token[at] !== letter);
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        assert.equal(readBillLink(changed, keys, before).kind, "refused", changed);
      },
    ),
  );
});

test("whatever is sent in, a reading never throws", () => {
  fc.assert(
    fc.property(fc.string(), (token) => {
      assert.equal(readBillLink(token, keys, before).kind, "refused");
    }),
  );
});

test("a bill's link is the same at every try, ends with its last day, and needs keys to be signed", () => {
  const carrier = { name: "", supportPhone: "", supportEmail: "", websiteUrl: "", logoUrl: "" };
  const letterhead = {
    carrier,
    billUrl: "https://hanbit.example/b/",
    dueDay: 25,
    linkDays: 90,
    linkKeys: keys,
  };
  const link = billLinkOf(letterhead, "2026-10", billId);
  assert.equal(link, billLinkOf(letterhead, "2026-10", billId));
  const token = link.slice("https://hanbit.example/b/".length);
  // Due on November 25: 90 days later is February 23, to its end.
  assert.equal(readBillLink(token, keys, Date.parse("2027-02-23T23:59:59Z")).kind, "valid");
  assert.equal(readBillLink(token, keys, Date.parse("2027-02-24T00:00:00Z")).kind, "refused");
  const plain = billLinkOf({ ...letterhead, linkKeys: [] }, "2026-10", billId);
  assert.equal(plain, `https://hanbit.example/b/${billId}`);
  assert.equal(billLinkOf({ ...letterhead, billUrl: "" }, "2026-10", billId), "");
  assert.equal(dueOn("2026-12", 5), "2027-01-05");
});
