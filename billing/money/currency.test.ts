import assert from "node:assert/strict";
import { test } from "node:test";
import { currencyExponent } from "./currency.ts";

test("minor units are those of ISO 4217", () => {
  const expected = { KRW: 0, JPY: 0, USD: 2, EUR: 2, KWD: 3, IQD: 3, CLF: 4, ISK: 0, HUF: 2 };
  for (const [code, exponent] of Object.entries(expected))
    assert.equal(currencyExponent(code), exponent, code);
  for (const code of ["krw", "XXX", "BTC", ""]) assert.equal(currencyExponent(code), null, code);
});

test("the table covers the currencies that Node knows to be in use", () => {
  const inUse = [
    "ARS",
    "AUD",
    "BRL",
    "CAD",
    "CHF",
    "CNY",
    "GBP",
    "HKD",
    "IDR",
    "INR",
    "MXN",
    "PHP",
    "SGD",
    "THB",
    "TWD",
    "VND",
  ];
  for (const code of inUse) {
    assert.ok(Intl.supportedValuesOf("currency").includes(code));
    assert.notEqual(currencyExponent(code), null, code);
  }
});
