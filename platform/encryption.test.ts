import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { createColumnCipher, type ColumnAddress } from "./encryption.ts";

const newKey = (): string => randomBytes(32).toString("base64");
const [first, second, indexKey] = [newKey(), newKey(), newKey()];
const cipher = createColumnCipher(`k1:${first}`, indexKey);
const address: ColumnAddress = { table: "members", column: "email", row: 7 };

test("what is encrypted decrypts again, whatever it is, and never twice to the same bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (plain) => {
      const sealed = cipher.encrypt(plain, address);
      assert.equal(cipher.decrypt(sealed, address), plain);
      assert.ok(!sealed.equals(cipher.encrypt(plain, address)));
    }),
  );
});

test("random IVs do not repeat over more than one draw of random bytes", () => {
  const seen = new Set<string>();
  for (let count = 0; count < 5_000; count++) {
    const sealed = cipher.encrypt("a", address);
    seen.add(sealed.subarray(3, 15).toString("hex"));
  }
  assert.equal(seen.size, 5_000);
});

test("a value copied to another row, column or table does not decrypt", () => {
  const sealed = cipher.encrypt("kim@example.com", address);
  for (const moved of [{ row: 8 }, { column: "phone" }, { table: "dead_letters" }]) {
    assert.throws(() => cipher.decrypt(sealed, { ...address, ...moved }), { code: "undecryptable" });
  }
});

test("a value altered in any byte does not decrypt, and the error does not hold the value", () => {
  const sealed = cipher.encrypt("kim@example.com", address);
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8((altered[at] ?? 0) ^ 1, at);
    assert.throws(
      () => cipher.decrypt(altered, address),
      (error) => error instanceof Error && !error.message.includes("kim"),
    );
  }
});

test("a new key encrypts while the old one still decrypts; without it, the key is named", () => {
  const old = cipher.encrypt("kim@example.com", address);
  const rotated = createColumnCipher(`k2:${second},k1:${first}`, indexKey);
  assert.equal(rotated.decrypt(old, address), "kim@example.com");
  assert.throws(() => cipher.decrypt(rotated.encrypt("lee", address), address), {
    code: "unknown-key",
    message: /"k2"/,
  });
});

test("a blind index finds the same value under the same key only", () => {
  assert.deepEqual(cipher.blindIndex("01012345678"), cipher.blindIndex("01012345678"));
  assert.notDeepEqual(cipher.blindIndex("01012345678"), cipher.blindIndex("01012345679"));
  const other = createColumnCipher(`k1:${first}`, newKey());
  assert.notDeepEqual(cipher.blindIndex("01012345678"), other.blindIndex("01012345678"));
  assert.equal(cipher.blindIndex("a").length, 16);
});
