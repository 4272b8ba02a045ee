import assert from "node:assert/strict";
import { test } from "node:test";
import { chargeAmountMinor } from "./charge-amount.ts";
import { referenceTariff } from "./golden/regenerate.ts";

const tariff = referenceTariff("kr-mobile-2026-07", "2026-11");

test("a late charge is 2 % of what is unpaid, half-up", () => {
  assert.equal(chargeAmountMinor(tariff, "late", 46_200), 924);
  assert.equal(chargeAmountMinor(tariff, "late", 25), 1);
});

test("a charge with a list price costs that, and an unknown one nothing that could be booked", () => {
  assert.equal(chargeAmountMinor(tariff, "sim", 46_200), 7000);
  assert.equal(chargeAmountMinor(tariff, "gift", 46_200), null);
});
