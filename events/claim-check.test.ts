import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { decodeClaimCheck, encodeClaimCheck, type ClaimCheck } from "./claim-check.ts";

const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const claimChecks: fc.Arbitrary<ClaimCheck> = fc.record(
  {
    period: fc
      .tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 1, max: 12 }))
      .map(([year, month]) => `${year}-${String(month).padStart(2, "0")}`),
    billId: count,
    generation: count,
    seq: count,
    channel: fc.constantFrom("email", "sms", "push"),
  },
  { noNullPrototype: true },
);

const VALID = { v: 1, period: "2026-10", billId: 2026100000000001, generation: 1, seq: 3, channel: "email" };

test("what is encoded is decoded, from text and from bytes", () => {
  fc.assert(
    fc.property(claimChecks, (claimCheck) => {
      const text = encodeClaimCheck(claimCheck);
      assert.deepEqual(decodeClaimCheck(text), { kind: "claim-check", claimCheck });
      assert.deepEqual(decodeClaimCheck(Buffer.from(text)), { kind: "claim-check", claimCheck });
    }),
  );
});

test("the wire format of version 1 does not change", () => {
  const { v: _, ...claimCheck } = VALID;
  assert.equal(
    encodeClaimCheck(claimCheck as ClaimCheck),
    '{"v":1,"period":"2026-10","billId":2026100000000001,"generation":1,"seq":3,"channel":"email"}',
  );
});

test("unknown fields are tolerated", () => {
  assert.equal(decodeClaimCheck(JSON.stringify({ ...VALID, urgent: true })).kind, "claim-check");
});

test("a newer version is poison before any field is looked at", () => {
  assert.deepEqual(decodeClaimCheck('{"v":2}'), { kind: "poison", why: "newer-version", field: "v" });
});

test("each bad field is poison under its name", () => {
  const bad: [string, unknown][] = [
    ["v", "1"],
    ["v", 0],
    ["period", "2026-13"],
    ["billId", 1.5],
    ["billId", "2026100000000001"],
    ["generation", 0],
    ["seq", null],
    ["channel", "fax"],
  ];
  for (const [field, value] of bad) {
    const decoded = decodeClaimCheck(JSON.stringify({ ...VALID, [field]: value }));
    assert.deepEqual(decoded, { kind: "poison", why: "bad-field", field });
  }
});

test("nothing that arrives makes it throw", () => {
  assert.equal(decodeClaimCheck(null).kind, "poison");
  for (const text of ["", "null", "[]", "7", "{", "{}", "\u0000"]) {
    assert.equal(decodeClaimCheck(text).kind, "poison", text);
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeClaimCheck(bytes).kind === "poison"));
});
