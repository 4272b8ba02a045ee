import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { buildBillView } from "./build-bill-view.ts";
import { LOCALES, type Locale } from "./locale.ts";
import { pinnedTemplates } from "./pinned-templates.ts";
import { renderBill } from "./render-bill.ts";
import { SAMPLE_FACTS, sampleLabels, sampleView } from "./sample-bill.ts";
import type { BillView } from "./bill-view.ts";
import { plainName } from "./plain-name.ts";

/** What somebody may be called who wants something of a template. */
const HOSTILE = [
  "{{ carrier.name }}",
  "{% for g in groups %}x{% endfor %}",
  "{%- assign amountDue = '0' -%}",
  "{{ 7 | times: 6 }}",
  "{% raw %}",
  "{% endraw %}{{ amountDue }}",
  "</td></tr></table><script>alert(1)</script>",
  `" onmouseover="alert(1)`,
  "<img src=x onerror=alert(1)>",
  "\u202Egnp.exe\u202C",
  "\u200F김하늘\u200F",
  "\u0000\u0007\u001b[31m",
  "a\r\nBcc: all@example.com\r\n\r\nnew body",
  "\u2028\u2029",
  "\ud800",
  "김".repeat(5_000),
  "__proto__",
  "constructor",
];

/** A bill of a member and with a plan of this name. */
function viewNamed(locale: Locale, name: string): BillView {
  const labels = sampleLabels(locale);
  const names = new Map([...labels.names, ["plan:kr-5g-30", name]]);
  return buildBillView({ ...SAMPLE_FACTS, memberName: name }, { ...labels, names });
}

/** An own template that is interpreted by LiquidJS, not compiled. */
const interpreted = pinnedTemplates(
  LOCALES.map((locale) => ({
    ...({ channel: "email", locale, version: 2, promotional: false } as const),
    parts: {
      subject: "{{ memberName | append: '' }}",
      html: "<p>{{ memberName | append: '' }}</p>{% for g in groups %}{{ g.lines[0].label }}{% endfor %}",
      text: "{{ memberName | append: '' }}",
    },
  })),
);

test("a name is text: never Liquid, never markup, never a header, in compiled and interpreted templates", () => {
  for (const locale of LOCALES) {
    for (const name of HOSTILE) {
      const view = viewNamed(locale, name);
      for (const templates of [undefined, interpreted]) {
        const { subject, html, text } = renderBill("email", locale, view, templates);
        assert.equal(/[\r\n]/.test(subject), false, name);
        const shownName = plainName(name);
        assert.ok(text.includes(shownName), "the text part shows it as it is");
        assert.equal(/<(script|img)|<[^>]*\son\w+=/i.test(html), false, name);
        const shown = html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#34;", '"');
        assert.ok(shown.replaceAll("&#39;", "'").replaceAll("&amp;", "&").includes(shownName), name);
      }
      for (const line of [renderBill("sms", locale, view).text, renderBill("push", locale, view).title]) {
        assert.equal(/[\r\n]/.test(line), false, name);
      }
    }
  }
});

test("the structure of the HTML is the same whatever a member and a plan are called", () => {
  const tags = (html: string): string => (html.match(/<[^>]*>/g) ?? []).join("");
  for (const locale of LOCALES) {
    const plain = tags(renderBill("email", locale, sampleView(locale)).html);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...HOSTILE)), (name) => {
        assert.equal(tags(renderBill("email", locale, viewNamed(locale, name)).html), plain);
      }),
      { numRuns: 200 },
    );
  }
});

test("a carrier's name cannot reach into another part either", () => {
  const carrier = { ...SAMPLE_FACTS.carrier, name: "{{ memberName }}<b>" };
  const view = sampleView("en", { carrier });
  assert.ok(renderBill("sms", "en", view).text.startsWith("{{ memberName }}<b>:"));
  assert.equal(renderBill("email", "en", view).html.includes("<b>:"), false);
});

test("no name turns round what stands after it, or reaches a terminal; marks that a name needs stay", () => {
  assert.equal(plainName("\u202Egnp.exe\u202C"), "gnp.exe");
  assert.equal(plainName("a\u2066b\u2069\u0007\u001b[31m"), "a b [31m");
  assert.equal(plainName("\u200Fمحمد\u200E"), "\u200Fمحمد\u200E");
  for (const locale of LOCALES) {
    const { html, text } = renderBill("email", locale, viewNamed(locale, "\u202Eabc"));
    assert.equal(/[\u202a-\u202e]/.test(html + text), false);
  }
});

test("no template reaches what its values inherit, interpreted either", () => {
  for (const source of ["{{ carrier.constructor | append: '' }}", "{{ groups[0].toString | append: '' }}"]) {
    const own = { channel: "sms", locale: "en", version: 2, promotional: false } as const;
    const templates = pinnedTemplates([{ ...own, parts: { text: source } }]);
    assert.throws(() => renderBill("sms", "en", sampleView("en"), templates), /undefined variable/);
  }
});
