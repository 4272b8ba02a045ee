import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { referenceTariff } from "./golden/regenerate.ts";
import { bandOf, hourOfWeekIn, roundUpToStep, sumUsage, type UsageRecord } from "./usage.ts";

const tariff = referenceTariff("example-models", "2026-11");
const start = Date.parse("2026-11-01T00:00:00+01:00");
const record = fc.record({
  meter: fc.constantFrom("voice", "data", "sms", "api"),
  startedAtMs: fc.integer({ min: start, max: start + 30 * 86_400_000 - 1 }),
  quantityMilli: fc.integer({ min: 0, max: 10_000_000 }),
});
const total = (records: readonly UsageRecord[]) =>
  sumUsage(tariff, records).reduce((sum, { quantityMilli }) => sum + quantityMilli, 0);

test("a record is charged in begun steps", () => {
  assert.equal(roundUpToStep(0, 10_000), 0);
  assert.equal(roundUpToStep(1, 10_000), 10_000);
  assert.equal(roundUpToStep(10_000, 10_000), 10_000);
  assert.equal(roundUpToStep(10_001, 10_000), 20_000);
  assert.equal(roundUpToStep(501, 500), 1000);
});

test("the order of records is irrelevant", () => {
  fc.assert(
    fc.property(fc.array(record), fc.array(fc.nat()), (records, keys) => {
      const shuffled = records
        .map((value, index) => ({ value, key: keys[index] ?? 0 }))
        .toSorted((a, b) => a.key - b.key);
      assert.deepEqual(
        sumUsage(
          tariff,
          shuffled.map(({ value }) => value),
        ),
        sumUsage(tariff, records),
      );
    }),
  );
});

test("cutting a record in two adds nothing at a multiple of the step, and at most one step elsewhere", () => {
  fc.assert(
    fc.property(record, fc.nat(), (whole, cutAt) => {
      const step = tariff.meterByCode.get(whole.meter)?.stepMilli ?? 1;
      const first = cutAt % (whole.quantityMilli + 1);
      const parts = (cut: number) => [
        { ...whole, quantityMilli: cut },
        { ...whole, quantityMilli: whole.quantityMilli - cut },
      ];
      assert.equal(total(parts(first - (first % step))), total([whole]));
      const more = total(parts(first)) - total([whole]);
      assert.ok(more === 0 || more === step);
    }),
  );
});

test("bands follow the hour in the tariff's time zone, daylight saving included", () => {
  const hourOf = hourOfWeekIn("Europe/Berlin");
  const voice = tariff.meterByCode.get("voice");
  assert.ok(voice);
  const band = (instant: string) => bandOf(voice, hourOf(Date.parse(instant)));
  assert.equal(band("2026-11-02T06:59:59Z"), "off-peak"); // Monday 07:59 in winter
  assert.equal(band("2026-11-02T07:00:00Z"), "peak");
  assert.equal(band("2026-07-06T06:00:00Z"), "peak"); // Monday 08:00 in summer
  assert.equal(band("2026-11-02T19:00:00Z"), "off-peak"); // 20:00 is excluded
  assert.equal(band("2026-11-07T11:00:00Z"), "off-peak"); // Saturday noon
  assert.equal(voice.bandCodeByHour.length, 168);
});

test("an hour of the week in zones with odd offsets", () => {
  assert.equal(hourOfWeekIn("Asia/Kathmandu")(Date.parse("2026-11-01T18:14:59Z")), 167); // Sunday 23:59 at +05:45
  assert.equal(hourOfWeekIn("Asia/Kathmandu")(Date.parse("2026-11-01T18:15:00Z")), 0);
});

test("a record of an unknown meter is refused", () => {
  assert.throws(() => sumUsage(tariff, [{ meter: "telex", startedAtMs: 0, quantityMilli: 1 }]), /telex/);
});
