import assert from "node:assert/strict";
import test from "node:test";
import { templateProblems } from "./check-template.ts";
import { builtInParts } from "./default-templates.ts";
import { LOCALES } from "./locale.ts";
import { TEMPLATE_CHANNELS, type TemplateChannel } from "./template-parts.ts";
import type { TemplateDraft } from "./template-problem.ts";

function draft(channel: TemplateChannel, changes: Readonly<Record<string, string>>): TemplateDraft {
  return { channel, locale: "ko", promotional: false, parts: { ...builtInParts(channel, "ko"), ...changes } };
}

/** A text for a first bill, with one for a correction that names both amounts. */
function correcting(text: string): string {
  return `{% if correction %}{{ plainPreviousAmountDue }} {{ plainAmountDue }}{% else %}${text}{% endif %}`;
}

/** Problems as `part:line:column message`. */
function told(of: TemplateDraft): string[] {
  return templateProblems(of).map(
    ({ part, line, column, message, severity }) =>
      `${severity === "warning" ? "~" : ""}${part ?? ""}:${line ?? ""}:${column ?? ""} ${message}`,
  );
}

test("the program's own templates have no problem, and nothing to warn of", () => {
  for (const channel of TEMPLATE_CHANNELS) {
    for (const locale of LOCALES) {
      const parts = builtInParts(channel, locale);
      assert.deepEqual(told({ channel, locale, promotional: false, parts }), [], `${channel} ${locale}`);
    }
  }
});

test("syntax, unknown tags and filters are told with line and column", () => {
  assert.deepEqual(told(draft("sms", { text: "청구\n  {{ amountDue | nope }}" })), [
    "text:2:3 undefined filter: nope",
  ]);
  assert.deepEqual(told(draft("sms", { text: "a\nb {% if paid %}" })), [
    "text:2:3 tag {% if paid %} not closed",
  ]);
  assert.match(
    told(draft("push", { title: "{% frobnicate %}" })).join(),
    /title:1:1 tag "frobnicate" not found/,
  );
});

test("unknown variables are named with their place: in a branch that nobody takes, in a loop, in a filter", () => {
  const text = [
    "{{ amountDew }}{% if false %}{{ carrier.fax }}{% endif %}",
    "{% for group in groups %}{{ group.title }}{{ group.name }}",
    "{% for line in group.lines %}{{ line.amount | append: line.currency }}{% endfor %}{% endfor %}",
    "{% assign own = amountDue %}{{ own }}{{ groups.size }}{{ groups[0].title }}",
    "{% if group %}{% endif %}",
  ].join("\n");
  assert.deepEqual(told(draft("email", { text })), [
    'text:1:4 a bill has no variable "amountDew"',
    'text:1:33 a bill has no variable "carrier.fax"',
    'text:2:46 a bill has no variable "group.name"',
    'text:3:55 a bill has no variable "line.currency"',
    'text:5:7 a bill has no variable "group"',
  ]);
});

test("what is assigned within a branch is known after it", () => {
  const text = "{% if paid %}{% assign word = 'a' %}{% else %}{% assign word = 'b' %}{% endif %}{{ word }}";
  assert.deepEqual(told(draft("sms", { text: correcting(text) })), []);
});

test("a missing part, and one that the channel does not have", () => {
  const { html: _, ...parts } = builtInParts("email", "ko");
  const problems = told({
    channel: "email",
    locale: "ko",
    promotional: false,
    parts: { ...parts, title: "x" },
  });
  assert.deepEqual(problems, [
    ':: part "html" is missing',
    ':: email has no part "title"; it has subject, html, text',
  ]);
});

test("nothing ends the escaping, reads a file, knows the time or draws lots", () => {
  for (const text of [
    "{{ memberName | raw }}",
    "{% echo memberName %}",
    "{% cycle memberName, period %}",
    "{% liquid echo memberName %}",
    "{% render 'package.json' %}",
    "{% include 'package.json' %}",
    "{% layout 'package.json' %}",
    "{{ 'now' | date: '%s' }}",
    "{{ groups | sample }}",
    "{{ carrier | json }}",
  ]) {
    assert.match(told(draft("email", { html: text })).join(), /not found|undefined filter/, text);
  }
});

test("a template that would never end is stopped, and told as a problem", () => {
  const loop = "{% for a in (1..9999) %}{% for b in (1..9999) %}x{% endfor %}{% endfor %}";
  assert.match(told(draft("sms", { text: loop })).join(), /cannot be rendered: .*limit exceeded/);
  const memory =
    "{% assign a = 'xxxxxxxxxx' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}";
  assert.match(told(draft("sms", { text: memory })).join(), /cannot be rendered: .*limit exceeded/);
  assert.match(told(draft("sms", { text: "x".repeat(100_001) })).join(), /100001 characters/);
});

test("SMS: bytes of EUC-KR in Korean, segments elsewhere; longer than an LMS is a problem", () => {
  assert.deepEqual(told(draft("sms", { text: correcting("요".repeat(46)) })), [
    "~text:: 92 bytes of EUC-KR are sent as LMS; an SMS has 90",
  ]);
  assert.match(told(draft("sms", { text: "요".repeat(1_001) })).join(), /^text:: 2002 bytes of EUC-KR/);
  assert.match(told(draft("sms", { text: "₩ 요금" })).join(), /^~text:: EUC-KR does not have ₩/);
  const english = { channel: "sms", locale: "en", promotional: false } as const;
  assert.deepEqual(told({ ...english, parts: { text: correcting("a".repeat(161)) } }), [
    "~text:: 161 units of GSM-7, 2 segments: each is charged",
  ]);
  assert.match(told({ ...english, parts: { text: "a".repeat(1_600) } }).join(), /^text:: 1600 units/);
});

test("HTML that a mail program would take out, and an image without words, are problems", () => {
  for (const html of ["<script>1</script>", "<a onclick='x'>", "<a href='javascript:x'>", "<iframe src=x>"]) {
    assert.match(told(draft("email", { html })).join(), /does not survive a mail program/, html);
  }
  assert.match(told(draft("email", { html: "<html lang=ko><img src='x'>" })).join(), /without alt text/);
});

test("advertising in Korean begins with its mark", () => {
  const text = "[한빛] {{ plainAmountDue }}";
  assert.deepEqual(told({ ...draft("sms", { text }), promotional: true }), [
    "text:: advertising must begin with (광고)",
  ]);
  assert.deepEqual(told({ ...draft("sms", { text: `(광고) ${correcting(text)}` }), promotional: true }), []);
});

test("a template must be fit for a correction: both amounts in an e-mail and an SMS, another word in a push message", () => {
  assert.deepEqual(told(draft("sms", { text: "[한빛] {{ plainAmountDue }}" })), [
    "text:: does not say previousAmountDue when a bill was corrected: use {% if correction %}",
  ]);
  assert.deepEqual(told(draft("email", { text: "요금 {{ previousAmountDue }}" })), [
    "text:: does not say amountDue when a bill was corrected: use {% if correction %}",
  ]);
  assert.deepEqual(told(draft("push", { title: "요금", text: "안내" })), [
    "title:: says nothing else when a bill was corrected: use {% if correction %}",
  ]);
});
