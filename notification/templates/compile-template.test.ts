import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Liquid } from "liquidjs";
import { compileTemplate } from "./compile-template.ts";
import { readSources } from "./default-templates.ts";

import { LOCALES } from "./locale.ts";
import { sampleView } from "./sample-bill.ts";
import { TEMPLATE_PARTS } from "./template-parts.ts";

const OPTIONS = { strictVariables: true, strictFilters: true, ownPropertyOnly: true } as const;
const escaping = new Liquid({ ...OPTIONS, outputEscape: "escape" });
const plain = new Liquid(OPTIONS);

/** Text with what HTML and Liquid might trip over. */
const text = fc.oneof(fc.string(), fc.constantFrom("", "<script>", `"'&`, "{{ carrier }}", "김하늘", "a\nb"));
const line = fc.record(
  { label: text, detail: text, amount: text, credit: fc.boolean() },
  { noNullPrototype: true },
);
const group = fc.record(
  { title: text, subtotal: text, credit: fc.boolean(), lines: fc.array(line, { maxLength: 4 }) },
  { noNullPrototype: true },
);

test("every default template is compiled, and prints what LiquidJS prints, whatever the values", () => {
  for (const locale of LOCALES) {
    const sources = readSources(locale);
    for (const part of TEMPLATE_PARTS) {
      for (const engine of [escaping, plain]) {
        const parsed = engine.parse(sources[part]);
        const compiled = compileTemplate(parsed);
        assert.ok(compiled !== null, `${part} ${locale} is not compiled`);
        fc.assert(
          fc.property(fc.array(group, { maxLength: 4 }), text, fc.boolean(), (groups, value, paid) => {
            const view = { ...sampleView(locale), groups, paid, memberName: value, billUrl: value };
            assert.equal(compiled(view), engine.renderSync(parsed, view));
          }),
          { numRuns: 40 },
        );
      }
    }
  }
});

test("conditions are Liquid's: empty text is true, false and null are not; else branches", () => {
  const source = "{% if a %}A{% elsif b == 'x' %}B{% else %}C{% endif %}";
  const parsed = plain.parse(source);
  const compiled = compileTemplate(parsed);
  assert.ok(compiled !== null);
  for (const a of ["", 0, "t", true, false, null]) {
    for (const b of ["x", "y", null]) assert.equal(compiled({ a, b }), plain.renderSync(parsed, { a, b }));
  }
});

test("an inner loop's variable hides an outer one of the same name", () => {
  const parsed = plain.parse(
    "{% for x in xs %}{% for x in x.xs %}{{ x.n }}{% endfor %}{{ x.n }}{% endfor %}",
  );
  const view = {
    xs: [
      { n: 1, xs: [{ n: 2 }, { n: 3 }] },
      { n: 4, xs: [] },
    ],
  };
  assert.equal(compileTemplate(parsed)?.(view), "2314");
});

test("what is missing fails with its path, inherited properties are missing too", () => {
  for (const source of [
    "{{ a.b }}",
    "{{ a.toString }}",
    "{% if c %}{% endif %}",
    "{% for x in d %}{% endfor %}",
  ]) {
    const compiled = compileTemplate(plain.parse(source));
    assert.throws(() => compiled?.({ a: {} }), /undefined variable: (a\.b|a\.toString|c|d)/, source);
  }
});

test("what the compiler does not know is left to LiquidJS", () => {
  const unknown = [
    "{{ a | upcase }}",
    "{{ a | raw }}",
    "{{ a[0] }}",
    "{{ 'text' }}",
    "{% assign b = a %}",
    "{% if a and b %}{% endif %}",
    "{% if a > 1 %}{% endif %}",
    "{% for x in xs limit: 2 %}{% endfor %}",
    "{% for x in xs %}{{ forloop.index }}{% endfor %}",
    "{% for x in xs %}{% break %}{% endfor %}",
    "{% for x in xs %}{% else %}none{% endfor %}",
    "{% for x in (1..3) %}{% endfor %}",
    "{% for x in xs %}{% for y in xs %}{% for z in xs %}{% endfor %}{% endfor %}{% endfor %}",
  ];
  for (const source of unknown) {
    assert.equal(compileTemplate(plain.parse(source)), null, source);
    assert.equal(compileTemplate(escaping.parse(source)), null, source);
  }
});
