import assert from "node:assert/strict";
import { test } from "node:test";
import { referenceTariff } from "./golden/regenerate.ts";
import { itemLabel } from "./item-label.ts";

const tariff = referenceTariff("example-models", "2026-11");

test("lines are labelled in the member's language", () => {
  assert.equal(itemLabel(tariff, "usage:voice:peak:included", "en"), "Voice (peak) (included)");
  assert.equal(itemLabel(tariff, "usage:data:tier-2", "ko"), "데이터 (2구간)");
  assert.equal(itemLabel(tariff, "plan:advance:next", "en"), "Advance (next month in advance)");
});

test("every code of a tariff has a label in both languages, and another's code is shown as it is", () => {
  for (const code of tariff.itemCodes)
    for (const locale of ["ko", "en"] as const) assert.notEqual(itemLabel(tariff, code, locale), code);
  assert.equal(itemLabel(tariff, "plan:gone", "en"), "plan:gone");
});
