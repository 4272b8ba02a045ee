import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTariff } from "./parse.ts";
import { SOUND_TARIFF } from "./sound-tariff.ts";

/** Rule, text to replace, replacement, path and message of the one problem that must be found. */
const REFUSALS: readonly (readonly [
  rule: string,
  from: string,
  to: string,
  path: string,
  message: RegExp,
])[] = [
  [
    "gap between tiers",
    "from: 100, price",
    "from: 101, price",
    "plans[0].usage.data.tiers[1].from",
    /gap between tiers; write the same value/,
  ],
  [
    "overlapping tiers",
    "from: 100, price",
    "from: 99, price",
    "plans[0].usage.data.tiers[1].from",
    /tiers overlap/,
  ],
  [
    "first tier not at 0",
    "from: 0, to: 100, price",
    "from: 1, to: 100, price",
    "plans[0].usage.data.tiers[0].from",
    /does not start at 0; write from: 0/,
  ],
  [
    "last tier closed",
    "from: 100, price",
    "from: 100, to: 200, price",
    "plans[0].usage.data.tiers[1].to",
    /last tier must be open/,
  ],
  [
    "middle tier open",
    "from: 0, to: 100, price",
    "from: 0, price",
    "plans[0].usage.data.tiers[0]",
    /only the last tier may be open/,
  ],
  [
    "tier that ends before it starts",
    "from: 10, percent",
    "from: 10, to: 9, percent: 1 }, { from: 9, percent",
    "discounts[1].tiers[1].to",
    /ends where it starts or before/,
  ],
  [
    "unknown meter in a plan",
    "usage: { data: { package",
    "usage: { roaming: { package",
    "plans[1].usage.roaming",
    /unknown meter roaming; the tariff has voice, data/,
  ],
  [
    "unknown meter in an add-on",
    "included: { data: 10 }",
    "included: { fax: 10 }",
    "addOns[0].included.fax",
    /unknown meter fax/,
  ],
  [
    "unknown band",
    "off: { price: 0.9 }",
    "off: { price: 0.9 }, night: { price: 1 }",
    "plans[0].usage.voice.bands.night",
    /unknown band night; meter voice has peak, off/,
  ],
  [
    "band without a price",
    ", off: { price: 0.9 }",
    "",
    "plans[0].usage.voice.bands",
    /band off has no price/,
  ],
  [
    "negative price",
    "price: 0.02",
    "price: -0.02",
    "plans[0].usage.data.tiers[0].price",
    /negative.*write 0 or more/,
  ],
  [
    "negative allowance",
    "included: 1000",
    "included: -1000",
    "plans[0].usage.data.included",
    /write 0 or more/,
  ],
  [
    "price that is no number",
    "price: 0.02",
    "price: cheap",
    "plans[0].usage.data.tiers[0].price",
    /"cheap" is not a price/,
  ],
  [
    "rate of seven decimals",
    "price: 0.02",
    "price: 0.0200001",
    "plans[0].usage.data.tiers[0].price",
    /more than 6 decimals/,
  ],
  ["fee of half a won", "fee: 30000", "fee: 30000.5", "plans[0].fee", /whole number of minor units of KRW/],
  [
    "cap of half a won",
    "cap: 18000",
    "cap: 18000.5",
    "plans[0].usage.data.cap",
    /whole number of minor units/,
  ],
  ["amount too large", "fee: 30000", "fee: 99999999999999999999", "plans[0].fee", /too large/],
  [
    "currency mismatch",
    "    currency: KRW\n",
    "    currency: USD\n",
    "plans[0].currency",
    /USD in a tariff of KRW/,
  ],
  ["unknown currency", "currency: KRW\ntime", "currency: WON\ntime", "currency", /ISO 4217/],
  ["unknown time zone", "Asia/Seoul", "Asia/Soul", "timeZone", /IANA name/],
  ["offset as a time zone", "Asia/Seoul", '"+09:00"', "timeZone", /IANA name/],
  ["abbreviation as a time zone", "Asia/Seoul", "IST", "timeZone", /IANA name/],
  ["day that does not exist", "from: 2026-01-01", "from: 2026-02-30", "effective.from", /YYYY-MM-DD/],
  [
    "end before start",
    "from: 2026-01-01 }",
    "from: 2026-01-01, to: 2025-12-31 }",
    "effective.to",
    /lies before/,
  ],
  ["duplicate code", "code: b,", "code: a,", "plans[1].code", /code a is used by plans\[0\] already/],
  ["code that would break item codes", "code: b,", "code: 'b:c',", "plans[1].code", /letters, digits/],
  ["duplicate band", "code: off,", "code: peak,", "meters[0].bands[1].code", /band peak exists already/],
  [
    "two discounts of a kind",
    "kind: birthday, label: { ko: 생일, en: Birthday }, amount: 1000",
    "kind: familyTenure, label: { ko: 생일, en: Birthday }, tiers: [{ from: 0, percent: 1 }]",
    "discounts[2].kind",
    /at most one of a kind/,
  ],
  [
    "unknown exclusion",
    "excludes: [family]",
    "excludes: [nobody]",
    "discounts[0].excludes[0]",
    /unknown discount nobody; it can exclude family, birth/,
  ],
  [
    "exclusion against the order",
    "kind: familyTenure,",
    "kind: familyTenure, excludes: [contract],",
    "discounts[1].excludes[0]",
    /not computed after family/,
  ],
  ["step of 0", "step: 0.5", "step: 0", "meters[1].step", /step of 0/],
  ["multiple of 0", "min: 60", "min: 0", "meters[0].multiples.min", /multiple of 0/],
  [
    "unknown unit",
    "included: 1000",
    "included: 3 GB",
    "plans[0].usage.data.included",
    /unknown unit "GB"; meter data knows KB/,
  ],
  ["hours in no band", "mon-sun 20-24", "mon-sat 20-24", "meters[0].bands", /gap: sun 20 belongs to no band/],
  [
    "hours in two bands",
    "mon-sun 20-24",
    "mon-sun 19-24",
    "meters[0].bands[1].hours[1]",
    /overlap: mon 19 belongs to band peak/,
  ],
  ["hours that are none", "mon-sun 08-20", "always", "meters[0].bands[0].hours[0]", /names no hours/],
  ["package of 0", "size: 100", "size: 0", "plans[1].usage.data.package.size", /package of 0/],
  ["two prices", "package: {", "price: 1, package: {", "plans[1].usage.data", /more than one price/],
  ["no price", "{ package: { size: 100, price: 5 } }", "{ included: 5 }", "plans[1].usage.data", /no price/],
  [
    "price of an unlimited meter",
    "{ package: { size: 100, price: 5 } }",
    "{ included: unlimited, price: 5 }",
    "plans[1].usage.data",
    /never charged/,
  ],
  [
    "tiers without tiering",
    "        tiering: graduated\n",
    "",
    "plans[0].usage.data",
    /tiering: graduated or tiering: volume/,
  ],
  [
    "tiering without tiers",
    "package: {",
    "tiering: volume, package: {",
    "plans[1].usage.data.tiering",
    /tiering without tiers/,
  ],
  ["percentage over 100", "percent: 25", "percent: 125", "discounts[0].percent", /at most 100/],
  [
    "claw-back of another term",
    "terms: { 24: [",
    "terms: { 24: [{ from: 0, to: 24, percent: 100 }], 12: [",
    "discounts[0].clawBack.terms.12",
    /no term of this contract/,
  ],
  [
    "claw-back table too short",
    "from: 12, to: 24",
    "from: 12, to: 23",
    "discounts[0].clawBack.terms.24[1].to",
    /must end at 24/,
  ],
  [
    "claw-back percentage",
    "percent: -15",
    "percent: -115",
    "discounts[0].clawBack.terms.24[1].percent",
    /from -100 to 100/,
  ],
  ["welfare of nothing", "percent: 50, of: [usage], cap", "cap", "welfare[0]", /takes nothing off/],
  ["welfare percentage of nothing", "of: [usage], ", "", "welfare[0]", /percent and of belong together/],
  ["charge without a price", ", price: 7000", "", "charges[0]", /either a price or a percent/],
  ["rounding to 0", "rounding: { to: 10 }", "rounding: { to: 0 }", "rounding.to", /rounding to 0/],
  ["unknown field", "fee: 900", "fee: 900, colour: red", "addOns[0]", /unknown field colour/],
  ["missing field", "unit: KB, ", "", "meters[1].unit", /is missing/],
  [
    "unknown kind of discount",
    "kind: birthday",
    "kind: weekday",
    "discounts[2].kind",
    /write one of contract/,
  ],
  [
    "list that is none",
    "charges:\n  - { code: sim, label: { ko: 유심, en: SIM }, price: 7000 }",
    "charges: none",
    "charges",
    /not a list/,
  ],
];

test("the tariff that the refusals are made from is sound", () => {
  assert.ok(parseTariff(SOUND_TARIFF, "sound.yaml").ok);
});

for (const [rule, from, to, path, message] of REFUSALS) {
  test(`refuses: ${rule}`, () => {
    const text = SOUND_TARIFF.replace(from, () => to);
    assert.notEqual(text, SOUND_TARIFF);
    const parsed = parseTariff(text, "bad.yaml");
    assert.ok(!parsed.ok);
    const problem = parsed.problems.find((candidate) => candidate.path === path);
    assert.ok(problem, JSON.stringify(parsed.problems));
    assert.match(problem.message, message);
    assert.ok(problem.line >= 1 && problem.line <= text.split("\n").length);
  });
}
