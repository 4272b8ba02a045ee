import assert from "node:assert/strict";
import test from "node:test";
import { koreanLength } from "./korean-sms.ts";
import { moneyText, plainMoneyText } from "./money-text.ts";
import { renderBill } from "./render-bill.ts";
import { SAMPLE_FACTS, sampleView } from "./sample-bill.ts";

test("a letter of ASCII is a byte, any other two; 90 are an SMS, 91 an LMS, 2,001 nothing", () => {
  assert.deepEqual(koreanLength("a요1"), { bytes: 4, sentAs: "sms", unencodable: [] });
  assert.equal(koreanLength("요".repeat(45)).sentAs, "sms");
  assert.equal(koreanLength("요".repeat(45) + "a").sentAs, "lms");
  assert.equal(koreanLength("요".repeat(1_000)).sentAs, "lms");
  assert.equal(koreanLength("요".repeat(1_000) + "a").sentAs, "too-long");
});

test("what EUC-KR does not have is named once", () => {
  assert.deepEqual(koreanLength("−5,000원 😀😀").unencodable, ["−", "😀"]);
  assert.deepEqual(koreanLength("한빛모바일 ￦ · ※ ①").unencodable, []);
});

test("a credit in an SMS has a hyphen, for EUC-KR has no true minus; elsewhere it keeps the minus", () => {
  const won = { code: "KRW", minorDigits: 0 };
  assert.equal(plainMoneyText(-5_000, won, "ko"), "-5,000원");
  assert.equal(moneyText(-5_000, won, "ko"), "−5,000원");
});

test("the default Korean SMS fits into 90 bytes, also for a credit, and in letters that phones have", () => {
  const carrier = { ...SAMPLE_FACTS.carrier, name: "한빛모바일" };
  for (const totalMinor of [0, 32_320, -12_340, 1_234_560]) {
    const { text } = renderBill("sms", "ko", sampleView("ko", { carrier, totalMinor }));
    const { sentAs, unencodable } = koreanLength(text);
    assert.deepEqual([sentAs, unencodable], ["sms", []], text);
  }
});
