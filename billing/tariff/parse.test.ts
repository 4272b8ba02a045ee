import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseTariff } from "./parse.ts";
import { SOUND_TARIFF } from "./sound-tariff.ts";

test("all problems are named at once, with their lines, in the order of the file", () => {
  const text = SOUND_TARIFF.replace("currency: KRW\ntime", "currency: WON\ntime")
    .replace("price: 0.02", "price: -0.02")
    .replace("from: 100, price", "from: 101, price")
    .replace("fee: 900", "fee: 900, colour: red")
    .replace("excludes: [family]", "excludes: [nobody]");
  const parsed = parseTariff(text, "bad.yaml");
  assert.ok(!parsed.ok);
  assert.deepEqual(
    parsed.problems.map(({ path, line }) => `${String(line)} ${path}`),
    [
      "3 currency",
      "31 plans[0].usage.data.tiers[0].price",
      "32 plans[0].usage.data.tiers[1].from",
      "35 addOns[0]",
      "42 discounts[0].excludes[0]",
    ],
  );
});

test("the line of a merged or aliased value is where it is written", () => {
  const text = SOUND_TARIFF.replace(
    "data:\n        included: 1000",
    "data: &data\n        included: -1",
  ).replace("{ data: { package: { size: 100, price: 5 } } }", "{ data: *data }");
  const parsed = parseTariff(text, "bad.yaml");
  assert.ok(!parsed.ok);
  assert.deepEqual(
    parsed.problems.map(({ path }) => path),
    ["plans[0].usage.data.included", "plans[1].usage.data.included"],
  );
  assert.equal(parsed.problems[0]?.line, parsed.problems[1]?.line);
});

test("plans that name a meter whose own form is broken are not blamed for it", () => {
  const parsed = parseTariff(SOUND_TARIFF.replace("unit: KB, ", ""), "bad.yaml");
  assert.ok(!parsed.ok);
  assert.deepEqual(
    parsed.problems.map(({ path }) => path),
    ["meters[1].unit"],
  );
});

test("a text that is no YAML is refused with its line", () => {
  const parsed = parseTariff("tariff: t\nplans: [", "broken.yaml");
  assert.ok(!parsed.ok);
  assert.equal(parsed.problems[0]?.path, "broken.yaml");
  assert.equal(parsed.problems[0].line, 2);
  const empty = parseTariff("", "empty.yaml");
  assert.ok(!empty.ok);
  assert.match(empty.problems[0]?.message ?? "", /start it with/);
});

test("every tariff of the repository is sound", () => {
  const folder = new URL("../../tariffs/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  assert.ok(files.length >= 3);
  for (const name of files) {
    const parsed = parseTariff(readFileSync(new URL(name, folder), "utf8"), name);
    assert.ok(parsed.ok, parsed.ok ? "" : JSON.stringify(parsed.problems));
  }
});
