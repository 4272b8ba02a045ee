import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { billAccount } from "./bill-account.ts";
import type { UsageSum } from "./bill-input.ts";
import { referenceTariff } from "./golden/regenerate.ts";
import { parseDecimal } from "./money/decimal.ts";

// The file has 2,662 text lines: a header and 2,661 subscribers.
const SUBSCRIBERS = 2661;
const BANDS = { day: "day", eve: "evening", night: "night", intl: "international" } as const;

const [header = "", ...rows] = readFileSync(
  new URL("../examples/bigml/bigml-churn-80.csv", import.meta.url),
  "utf8",
)
  .trim()
  .split(/\r?\n/);
const columns = header.split(",");
const tariff = referenceTariff("us-churn", "2026-10");

function exact(text: string, scale: number): number {
  const value = parseDecimal(text, scale);
  assert.ok(typeof value === "number", text);
  return value;
}

/** Lines of one subscriber: what was published and what we rate, in cents. */
function rate(row: string, index: number) {
  const cells = row.split(",");
  const cell = (name: string) => cells[columns.indexOf(name)] ?? "";
  const usage = Object.entries(BANDS).map(([band, meter]): UsageSum => ({
    meter,
    band: "",
    quantityMilli: exact(cell(`Total ${band} minutes`), 3),
  }));
  const outcome = billAccount(tariff, {
    accountId: index + 1,
    currency: "USD",
    joinedOn: 0,
    birthday: 0,
    welfare: "",
    familyTenureYears: null,
    adjustments: [],
    subscriptions: [
      {
        subscriptionId: index + 1,
        plan: "churn",
        startedOn: 0,
        endedOn: null,
        suspendedDays: 0,
        contract: null,
        addOns: [],
        usage,
      },
    ],
  });
  assert.ok(outcome.kind === "billed");
  return Object.entries(BANDS).map(([band, meter]) => ({
    meter,
    minutesMilli: exact(cell(`Total ${band} minutes`), 3),
    published: exact(cell(`Total ${band} charge`), 2),
    rated: outcome.bill.items.find((item) => item.code === `usage:${meter}`)?.amountMinor ?? 0,
  }));
}

test("all subscribers of the churn data set are rated as published, but for 25 exact half-cents", () => {
  assert.equal(rows.length, SUBSCRIBERS);
  const lines = rows.flatMap(rate);
  const different = lines.filter((line) => line.published !== line.rated);
  assert.equal(lines.length, 4 * SUBSCRIBERS);
  assert.equal(different.length, 25);
  for (const line of different) {
    // minutes × 0.045 is an exact half-cent; half-up gives the cent above, the source's binary fraction fell below the half.
    assert.equal(line.meter, "night");
    assert.equal((BigInt(line.minutesMilli) * 45n) % 10_000n, 5000n);
    assert.equal(line.rated, line.published + 1);
  }
});
