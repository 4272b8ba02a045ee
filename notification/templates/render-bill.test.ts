import assert from "node:assert/strict";
import test from "node:test";
import { parseBillTemplates, type LocaleSources } from "./bill-templates.ts";
import type { BillView } from "./bill-view.ts";
import { SAMPLE_FACTS, sampleView } from "./sample-bill.ts";
import { readSources } from "./default-templates.ts";
import { LOCALES } from "./locale.ts";
import { renderBill } from "./render-bill.ts";
import { koreanLength } from "./korean-sms.ts";
import { smsLength } from "./sms-length.ts";

const GOLDEN_TEXT_KO = `김하늘 고객님, 안녕하세요.
2026년 10월 이용 요금을 안내해 드립니다.

청구 금액    32,320원 (납부 전)
납부기한     2026년 11월 25일(수)
이용 기간    2026. 10. 1. – 10. 31.
휴대폰 번호  010-****-1234
청구서 번호  2026100000000001

기본 요금: 26,900원
  - 5G 라이트 30, 20일: 20,000원
  - 음악 감상: 6,900원

이용 요금: 10,486원
  - 음성통화 (기본 제공), 1시간 23분 45초: 포함
  - 데이터 (기본 제공), 2 GB: 포함
  - 데이터, 512 MB: 10,486원

할인: −8,000원
  - 선택약정할인, 25%: −5,000원
  - 생일할인: −3,000원

세금 및 절사: 2,934원
  - 부가가치세, 10%: 2,939원
  - 끝자리 절사: −5원

청구 금액: 32,320원

자세히 보기: https://hanbit.example/bills/2026100000000001

--
Hanbit Mobile · 고객센터 1588-0000 · care@hanbit.example
이 메일은 요금 청구서이며 광고를 담고 있지 않습니다.`;

const GOLDEN_TEXT_EN = `Hello Kim Haneul,
Here is your bill for October 2026.

Amount billed   ₩32,320 (Paid)
Billing period  October 1 – 31, 2026
Mobile number   010-****-1234
Bill number     2026100000000001

Fees: ₩26,900
  - 5G Light 30, 20 days: ₩20,000
  - Music: ₩6,900

Usage: ₩10,486
  - Voice (included), 1 h 23 min 45 s: Included
  - Data (included), 2 GB: Included
  - Data, 512 MB: ₩10,486

Discounts: −₩8,000
  - Contract discount, 25%: −₩5,000
  - Birthday discount: −₩3,000

Tax and rounding: ₩2,934
  - VAT, 10%: ₩2,939
  - Rounding: −₩5

Amount billed: ₩32,320

--
Hanbit Mobile · 1588-0000 · care@hanbit.example
This is a bill. It carries no advertising.`;

test("the text part, letter by letter, in Korean", () => {
  const { subject, text } = renderBill("email", "ko", sampleView("ko"));
  assert.equal(text, GOLDEN_TEXT_KO);
  assert.equal(subject, "[Hanbit Mobile] 2026년 10월 요금 청구서: 32,320원");
});

test("the text part, letter by letter, in English, paid and without a link", () => {
  const view = sampleView("en", { memberName: "Kim Haneul", payment: "paid", billUrl: "" });
  const { subject, text } = renderBill("email", "en", view);
  assert.equal(text, GOLDEN_TEXT_EN);
  assert.equal(subject, "Hanbit Mobile: your bill for October 2026, ₩32,320");
});

test("nothing a member or a tariff is called becomes markup", () => {
  for (const locale of LOCALES) {
    const memberName = `<script>alert("x")</script>'&`;
    const { html, text } = renderBill("email", locale, sampleView(locale, { memberName }));
    assert.equal(html.includes("<script"), false);
    assert.ok(html.includes("&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;&#39;&amp;"));
    assert.ok(text.includes(memberName), "the text part is not HTML and shows the name as it is");
  }
});

test("no value can break a mail header or an SMS into lines", () => {
  const carrier = { ...SAMPLE_FACTS.carrier, name: "Hanbit\r\nBcc: all@example.com" };
  const view = sampleView("en", { carrier });
  assert.equal(/[\r\n]/.test(renderBill("email", "en", view).subject), false);
  assert.equal(/[\r\n]/.test(renderBill("sms", "en", view).text), false);
});

test("the HTML says its language, marks layout tables, shows every line and both parts of the total", () => {
  for (const locale of LOCALES) {
    const view = sampleView(locale);
    const { html } = renderBill("email", locale, view);
    assert.ok(html.startsWith(`<!doctype html>\n<html lang="${locale}">`));
    for (const group of view.groups) {
      for (const line of group.lines) assert.ok(html.includes(`>${line.amount}<`), line.label);
    }
    assert.ok(html.split(view.amountDue).length >= 3);
    const tables = html.match(/<table/g)?.length ?? 0;
    const layout = html.match(/<table role="presentation"/g)?.length ?? 0;
    assert.equal(tables - layout, 1, "the one table of lines is a table also for a screen reader");
    assert.ok(Buffer.byteLength(html) < 20_000, "a mail program cuts off what is long (Gmail at 102 kB)");
  }
});

test("a logo has its name as alternative text; none means the name in letters", () => {
  const carrier = { ...SAMPLE_FACTS.carrier, logoUrl: "https://hanbit.example/logo.png" };
  const { html } = renderBill("email", "ko", sampleView("ko", { carrier }));
  assert.ok(html.includes('<img src="https://hanbit.example/logo.png" alt="Hanbit Mobile"'));
  assert.equal(renderBill("email", "ko", sampleView("ko")).html.includes("<img"), false);
});

test("an SMS is one segment in both languages, also with a long amount and name", () => {
  const facts = { totalMinor: 1_234_560, carrier: { ...SAMPLE_FACTS.carrier, name: "한빛모바일" } };
  const korean = renderBill("sms", "ko", sampleView("ko", facts)).text;
  assert.equal(korean, "[한빛모바일] 10월 요금 1,234,560원, 납부기한 11/25, 문의 1588-0000");
  assert.deepEqual(smsLength(korean).segments, 1);
  const english = renderBill("sms", "en", sampleView("en", { totalMinor: 1_234_560 })).text;
  assert.deepEqual([smsLength(english).alphabet, smsLength(english).segments], ["gsm-7", 1]);
});

test("a push has a title and a text, and no amount: anybody may see a locked screen", () => {
  assert.deepEqual(renderBill("push", "en", sampleView("en")), {
    title: "Your Oct bill is ready",
    text: "Due November 25, 2026 (Wed). Tap to see the details.",
  });
});

test("a correction says so, with the amount that was told before and the one that holds; a push names neither", () => {
  for (const locale of LOCALES) {
    const view = sampleView(locale, { toldMinor: 41_370 });
    const mail = renderBill("email", locale, view);
    for (const text of [mail.html, mail.text]) {
      assert.ok(text.includes(view.previousAmountDue) && text.includes(view.amountDue), text);
    }
    assert.notEqual(mail.subject, renderBill("email", locale, sampleView(locale)).subject);
    const push = renderBill("push", locale, view);
    assert.equal(/41,370|32,320/.test(push.title + push.text), false);
    assert.notDeepEqual(push, renderBill("push", locale, sampleView(locale)));
    const ordinary = renderBill("email", locale, sampleView(locale));
    assert.equal(/corrected|정정/i.test(ordinary.subject + ordinary.html + ordinary.text), false);
  }
  const facts = { carrier: { ...SAMPLE_FACTS.carrier, name: "한빛모바일" }, toldMinor: 1_234_560 };
  const korean = renderBill("sms", "ko", sampleView("ko", facts)).text;
  assert.equal(korean, "[한빛모바일] 10월 요금 정정 1,234,560원→32,320원, 납부기한 11/25, 문의 1588-0000");
  assert.deepEqual([koreanLength(korean).sentAs, koreanLength(korean).unencodable], ["sms", []]);
  const english = renderBill("sms", "en", sampleView("en", facts)).text;
  assert.match(english, /bill was corrected from KRW 1,234,560 to KRW 32,320, due Nov 25\./);
  assert.equal(smsLength(english).segments, 1 + (smsLength(english).alphabet === "gsm-7" ? 0 : 1));
});

test("nothing to pay is said in words, in green", () => {
  const view = sampleView("ko", { totalMinor: 0 });
  assert.deepEqual([view.paymentStatus, view.paid], ["납부하실 금액 없음", true]);
  const credit = sampleView("en", { totalMinor: -12_340 });
  assert.deepEqual([credit.paymentStatus, credit.paid], ["Nothing to pay", true]);
});

test("a link that is not https is refused", () => {
  assert.throws(() => sampleView("ko", { billUrl: "javascript:alert(1)" }), TypeError);
});

test("a view that lacks what a template prints fails instead of leaving a hole", () => {
  const { amountDue: _, ...incomplete } = sampleView("ko");
  assert.throws(() => renderBill("email", "ko", incomplete as BillView), /amountDue/);
});

test("templates that do not parse are refused, all of them named", () => {
  const broken = (source: LocaleSources): LocaleSources => ({ ...source, "bill-sms.text": "{% if %" });
  const byLocale = { ko: broken(readSources("ko")), en: broken(readSources("en")) };
  assert.throws(
    () => parseBillTemplates({ version: "7", promotional: false, byLocale }),
    /templates 7: bill-sms\.text \(ko\).*bill-sms\.text \(en\)/,
  );
});

test("a carrier's own template may use all of Liquid, but read no file", () => {
  const sources = { ...readSources("en"), "bill-push.title": "{{ carrier.name | upcase }}" };
  const own = parseBillTemplates({
    version: "own",
    promotional: false,
    byLocale: { ko: sources, en: sources },
  });
  assert.equal(renderBill("push", "en", sampleView("en"), own).title, "HANBIT MOBILE");
  const reading = { ...sources, "bill-push.title": "{% render 'package.json' %}" };
  assert.throws(
    () => parseBillTemplates({ version: "bad", promotional: false, byLocale: { ko: reading, en: reading } }),
    /tag "render" not found/,
  );
});

test("a paid bill asks nobody to pay", () => {
  const paid = sampleView("en", { payment: "paid" });
  const sms = renderBill("sms", "en", paid).text;
  assert.equal(sms, "Hanbit Mobile: your Oct bill is KRW 32,320 (Paid). Questions: 1588-0000");
  const { html } = renderBill("email", "en", paid);
  assert.ok(html.includes("Amount billed") && !html.includes("Amount due"));
  const korean = renderBill("sms", "ko", sampleView("ko", { payment: "paid" })).text;
  assert.ok(korean.includes("납부 완료") && !korean.includes("납부기한"));
});

void test("without name and number an e-mail greets nobody by name and names no number", () => {
  const texts = LOCALES.map((locale) => {
    const { text, html } = renderBill(
      "email",
      locale,
      sampleView(locale, { memberName: "", maskedNumber: "" }),
    );
    assert.doesNotMatch(text + html, /Mobile number|휴대폰 번호|undefined/);
    assert.match(html, locale === "ko" ? /안녕하세요\.<br>/ : /Hello,<br>/);
    return text.split("\n", 1)[0];
  });
  assert.deepEqual(texts.toSorted(), ["Hello,", "안녕하세요."]);
});
