import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { dayText, periodDaysText, periodText, shortDayText, shortPeriodText } from "./date-text.ts";
import { lineGroup, lineLabel } from "./line-label.ts";
import { moneyText, plainMoneyText } from "./money-text.ts";
import { percentText, quantityText } from "./quantity-text.ts";
import { sampleLabels } from "./sample-bill.ts";

const KRW = { code: "KRW", minorDigits: 0 };
const USD = { code: "USD", minorDigits: 2 };

test("amounts as members of each language read them", () => {
  assert.equal(moneyText(28_030, KRW, "ko"), "28,030원");
  assert.equal(moneyText(-5_000, KRW, "ko"), "−5,000원");
  assert.equal(moneyText(28_030, KRW, "en"), "₩28,030");
  assert.equal(moneyText(-5, USD, "en"), "−$0.05");
  assert.equal(moneyText(1_234_567, USD, "ko"), "$12,345.67");
  assert.equal(moneyText(1_500, { code: "KWD", minorDigits: 3 }, "en").replace("\u00a0", " "), "KWD 1.500");
  assert.equal(plainMoneyText(28_030, KRW, "en"), "KRW 28,030");
});

test("no amount loses a unit on its way to text", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (amountMinor) => {
      const digits = moneyText(amountMinor, USD, "en")
        .replace("−", "-")
        .replace(/[^\d-]/g, "");
      assert.equal(BigInt(digits), BigInt(amountMinor));
    }),
  );
});

test("days and periods", () => {
  assert.equal(dayText("2026-11-25", "ko"), "2026년 11월 25일(수)");
  assert.equal(dayText("2026-11-25", "en"), "November 25, 2026 (Wed)");
  assert.equal(shortDayText("2026-11-05", "ko"), "11/5");
  assert.equal(shortDayText("2026-11-05", "en"), "Nov 5");
  assert.equal(periodText("2026-10", "ko"), "2026년 10월");
  assert.equal(periodText("2026-10", "en"), "October 2026");
  assert.equal(shortPeriodText("2026-10", "ko"), "10월");
  assert.equal(periodDaysText("2028-02", "ko"), "2028. 2. 1. – 2. 29.");
  assert.equal(periodDaysText("2026-12", "en"), "December 1 – 31, 2026");
});

test("quantities", () => {
  assert.equal(quantityText(3_725_000, "s", "ko"), "1시간 2분 5초");
  assert.equal(quantityText(3_600_000, "s", "en"), "1 h");
  assert.equal(quantityText(0, "s", "en"), "0 s");
  assert.equal(quantityText(524_288_000, "KB", "ko"), "512 MB");
  assert.equal(quantityText(1_572_864_000, "KB", "en"), "1.5 GB");
  assert.equal(quantityText(1_000, "message", "en"), "1 message");
  assert.equal(quantityText(30_000, "message", "ko"), "30건");
  assert.equal(quantityText(20_000, "day", "ko"), "20일");
  assert.equal(percentText(250_000), "25%");
});

test("lines are named by the tariff, and by what their codes add", () => {
  const book = sampleLabels("ko");
  assert.equal(lineLabel("usage:data:included", book), "데이터 (기본 제공)");
  assert.equal(lineLabel("usage:data:tier-2", book), "데이터 (구간 2)");
  assert.equal(lineLabel("plan:kr-5g-30:returned", book), "5G 라이트 30 (미사용분 환급)");
  assert.equal(lineLabel("suspended:kr-5g-30", book), "5G 라이트 30 (일시정지)");
  assert.equal(lineLabel("cap:data", book), "데이터 (상한 적용)");
  assert.equal(lineLabel("adjustment:final", book), "요금 조정 (세후)");
  assert.equal(lineLabel("charge:unheard-of", book), "unheard-of");
});

test("a claw-back is named so that nobody takes it for the discount", () => {
  assert.equal(lineLabel("claw-back:contract", sampleLabels("en")), "Contract discount (claw-back)");
});

test("every line has a place, also one of a code to come", () => {
  assert.equal(lineGroup("plan:x"), "fees");
  assert.equal(lineGroup("claw-back:contract"), "fees");
  assert.equal(lineGroup("usage:data"), "usage");
  assert.equal(lineGroup("welfare:disabled"), "discounts");
  assert.equal(lineGroup("credit-left:final"), "adjustments");
  assert.equal(lineGroup("rounding"), "tax");
  assert.equal(lineGroup("satellite:x"), "fees");
});
