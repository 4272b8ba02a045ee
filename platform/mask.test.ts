import assert from "node:assert/strict";
import { test } from "node:test";
import { maskEmail, maskName, maskPhone } from "./mask.ts";

test("contacts and names show enough to be recognised and not enough to be used", () => {
  assert.deepEqual(["test.user@test.com", "ab@test.com", "a@test.com", "@test.com", "none"].map(maskEmail), [
    "test****@test.com",
    "a****@test.com",
    "****@test.com",
    "****@test.com",
    "****",
  ]);
  assert.deepEqual(["010-1234-5678", "01012345678", "1234567"].map(maskPhone), [
    "010-****-5678",
    "010-****-5678",
    "****",
  ]);
  assert.deepEqual(["홍길동", "남궁민수", "이상", "Li", "이", ""].map(maskName), [
    "홍*동",
    "남*수",
    "이*",
    "L*",
    "*",
    "*",
  ]);
});
