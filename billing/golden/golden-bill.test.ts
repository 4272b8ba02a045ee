import assert from "node:assert/strict";
import { test } from "node:test";
import { explainBill } from "../explain.ts";
import { goldenInput, outcomeOf } from "./golden-bill.ts";
import { calculate } from "./pocket-calculator.ts";
import { goldenFiles, readGoldenBill, referenceTariff } from "./regenerate.ts";

const bills = goldenFiles().map((file) => ({
  name: file.pathname.split("/").at(-1) ?? "",
  golden: readGoldenBill(file),
}));

test("there are at least 25 golden bills, the hand-checked one among them", () => {
  assert.ok(bills.length >= 25);
  const handChecked = bills.find((bill) => bill.name === "01-hand-checked.json")?.golden.expected;
  assert.equal(handChecked?.kind === "billed" && handChecked.totalMinor, 28_030);
});

for (const { name, golden } of bills) {
  const tariff = referenceTariff(golden.tariff, golden.period);
  test(`golden bill ${name}`, () => {
    assert.ok(golden.expected, "run billing/golden/regenerate.ts once for a new bill");
    assert.deepEqual(outcomeOf(golden, tariff), golden.expected);
  });

  test(`explanation of ${name} adds up on a pocket calculator`, () => {
    for (const locale of ["ko", "en"] as const) {
      for (const line of explainBill(tariff, goldenInput(golden), locale)) {
        const { left, right } = calculate(line.arithmetic, tariff.currencyExponent);
        assert.equal(left, BigInt(line.amountMinor), `${line.code}: ${line.arithmetic}`);
        assert.equal(right, BigInt(line.amountMinor), `${line.code}: ${line.arithmetic}`);
        assert.notEqual(line.label, line.code, "every line has a label");
      }
    }
  });
}
