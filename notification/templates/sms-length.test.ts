import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { smsLength } from "./sms-length.ts";

test("160 septets are one segment, 161 are two of 153", () => {
  assert.deepEqual(smsLength("a".repeat(160)), { alphabet: "gsm-7", units: 160, segments: 1 });
  assert.deepEqual(smsLength("a".repeat(161)), { alphabet: "gsm-7", units: 161, segments: 2 });
  assert.equal(smsLength("a".repeat(306)).segments, 2);
  assert.equal(smsLength("a".repeat(307)).segments, 3);
});

test("one Korean letter, a won sign or a true minus makes it 70 a segment", () => {
  for (const char of ["요", "₩", "−"]) {
    assert.deepEqual(smsLength(char + "a".repeat(69)), { alphabet: "ucs-2", units: 70, segments: 1 });
    assert.equal(smsLength(char + "a".repeat(70)).segments, 2);
  }
  assert.equal(smsLength("요".repeat(134)).segments, 2);
  assert.equal(smsLength("요".repeat(135)).segments, 3);
});

test("the euro and brackets take two septets and are not split between parts", () => {
  assert.deepEqual(smsLength("€[]"), { alphabet: "gsm-7", units: 6, segments: 1 });
  // 152 letters, then an escape pair that does not fit into the 153rd septet.
  assert.equal(smsLength("a".repeat(152) + "€" + "a".repeat(152)).segments, 3);
});

test("a surrogate pair counts two and is not split", () => {
  assert.equal(smsLength("😀".repeat(35)).segments, 1);
  assert.equal(smsLength("가".repeat(66) + "😀" + "가".repeat(66)).segments, 3);
});

test("nothing is no segment; longer is never fewer", () => {
  assert.deepEqual(smsLength(""), { alphabet: "gsm-7", units: 0, segments: 0 });
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), fc.string(), (text, more) => {
      assert.ok(smsLength(text + more).segments >= smsLength(text).segments);
    }),
  );
});
