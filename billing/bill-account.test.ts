import assert from "node:assert/strict";
import { test } from "node:test";
import { billAccount } from "./bill-account.ts";
import type { BillInput, SubscriptionInput } from "./bill-input.ts";
import type { HoldReason } from "./bill.ts";
import { referenceTariff } from "./golden/regenerate.ts";

const tariff = referenceTariff("kr-mobile-2026-07", "2026-11");
const { start, end } = tariff.period;

const SUBSCRIPTION: SubscriptionInput = {
  subscriptionId: 7,
  plan: "kr-5g-30",
  startedOn: start - 100,
  endedOn: null,
  suspendedDays: 0,
  contract: null,
  addOns: [],
  usage: [],
};
const ACCOUNT: BillInput = {
  accountId: 1,
  currency: "KRW",
  joinedOn: start - 100,
  birthday: 0,
  welfare: "",
  familyTenureYears: null,
  subscriptions: [SUBSCRIPTION],
  adjustments: [],
};
const withSubscription = (change: Partial<SubscriptionInput>): BillInput => ({
  ...ACCOUNT,
  subscriptions: [{ ...SUBSCRIPTION, ...change }],
});
const withUsage = (meter: string, band: string, quantityMilli: number) =>
  withSubscription({ usage: [{ meter, band, quantityMilli }] });
const withContract = (months: number, startedOn: number, terminatedOn: number | null) =>
  withSubscription({ contract: { months, startedOn, terminatedOn } });
const withAmount = (amountMinor: number, charge = "") =>
  ({
    ...ACCOUNT,
    adjustments: [{ adjustmentId: 3, kind: "taxable", charge, amountMinor }],
  }) satisfies BillInput;

const HELD: readonly (readonly [what: string, input: BillInput, reason: HoldReason, detail: RegExp])[] = [
  ["missing plan", withSubscription({ plan: "gone" }), "missing-plan", /subscription 7: plan "gone"/],
  [
    "unknown add-on",
    withSubscription({ addOns: [{ code: "x", startedOn: start, endedOn: null }] }),
    "unknown-add-on",
    /add-on "x"/,
  ],
  ["unknown meter", withUsage("telex", "", 1), "unknown-meter", /meter "telex"/],
  ["unknown band", withUsage("voice", "night", 1), "unknown-band", /meter voice in band "night"/],
  ["unknown welfare class", { ...ACCOUNT, welfare: "vip" }, "unknown-welfare-class", /"vip"/],
  ["unknown charge", withAmount(1, "gift"), "unknown-charge", /adjustment 3: charge "gift"/],
  [
    "another currency",
    { ...ACCOUNT, currency: "USD" },
    "currency-mismatch",
    /account in USD, tariff kr-mobile in KRW/,
  ],
  ["end before start", withSubscription({ endedOn: start - 101 }), "invalid-dates", /subscription 7/],
  ["start that is no day", withSubscription({ startedOn: Number.NaN }), "invalid-dates", /NaN/],
  [
    "suspended longer than served",
    withSubscription({ suspendedDays: 31 }),
    "invalid-dates",
    /suspended 31 of 30 days/,
  ],
  ["negative suspension", withSubscription({ suspendedDays: -1 }), "invalid-dates", /suspended -1/],
  [
    "add-on that ends before it starts",
    withSubscription({ addOns: [{ code: "music", startedOn: start, endedOn: start - 1 }] }),
    "invalid-dates",
    /music/,
  ],
  [
    "contract terminated before it began",
    withContract(24, start, start - 1),
    "invalid-dates",
    /contract of 24 months/,
  ],
  ["contract of an unknown term", withContract(36, start, null), "invalid-dates", /terms of 12, 24/],
  ["negative usage", withUsage("data", "", -1), "amount-overflow", /-1 thousandths on meter data/],
  ["fraction of a thousandth", withUsage("data", "", 0.5), "amount-overflow", /0.5 thousandths/],
  ["usage beyond exact integers", withUsage("sms", "", 2 ** 53), "amount-overflow", /meter sms/],
  ["amount that is none", withAmount(Number.NaN), "amount-overflow", /adjustment 3: NaN/],
  ["amounts beyond exact integers", withAmount(Number.MAX_SAFE_INTEGER), "amount-overflow", /exceed 2\^53/],
];

for (const [what, input, reason, detail] of HELD) {
  test(`held: ${what}`, () => {
    const outcome = billAccount(tariff, input);
    assert.ok(outcome.kind === "held");
    assert.equal(outcome.accountId, 1);
    assert.equal(outcome.reason, reason);
    assert.match(outcome.detail, detail);
  });
}

test("held: usage of a meter for which the plan has no price", () => {
  const models = referenceTariff("example-models", "2026-11");
  const input = {
    ...withSubscription({ plan: "business", usage: [{ meter: "sms", band: "", quantityMilli: 1 }] }),
    currency: "EUR",
  };
  const outcome = billAccount(models, input);
  assert.ok(outcome.kind === "held");
  assert.equal(outcome.reason, "unknown-meter");
  assert.match(outcome.detail, /plan business has no price for meter sms/);
});

test("usage after the end of service is charged without an allowance", () => {
  const outcome = billAccount(
    tariff,
    withSubscription({ endedOn: start - 5, usage: [{ meter: "sms", band: "", quantityMilli: 2000 }] }),
  );
  assert.ok(outcome.kind === "billed");
  assert.deepEqual(
    outcome.bill.items.map(({ code, amountMinor }) => [code, amountMinor]),
    [
      ["usage:sms", 40],
      ["tax:vat", 4],
      ["rounding", -4],
    ],
  );
});

test("a held account leaves nothing behind in the next bill", () => {
  const good = withUsage("data", "", 5_000_000_000);
  const before = billAccount(tariff, good);
  billAccount(
    tariff,
    withSubscription({
      usage: [
        { meter: "data", band: "", quantityMilli: 9e12 },
        { meter: "telex", band: "", quantityMilli: 1 },
      ],
    }),
  );
  billAccount(
    tariff,
    withSubscription({
      addOns: [
        { code: "data-2gb", startedOn: start, endedOn: null },
        { code: "x", startedOn: start, endedOn: null },
      ],
    }),
  );
  assert.deepEqual(billAccount(tariff, good), before);
});

test("a service that begins after the period costs nothing yet", () => {
  const outcome = billAccount(tariff, withSubscription({ startedOn: end }));
  assert.ok(outcome.kind === "billed");
  assert.equal(outcome.bill.items.length, 0);
});

test("a tariff that is not in force on every day is refused", () => {
  assert.throws(
    () => referenceTariff("kr-mobile-2026-07", "2026-06"),
    /in force from 2026-07-01 to further notice/,
  );
  assert.throws(() => referenceTariff("example-models", "2031-01"), /in force from 2026-01-01 to 2030-12-31/);
});
