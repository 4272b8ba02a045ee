import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { billAccount } from "./bill-account.ts";
import { billDigest, BILL_DIGEST_BYTES } from "./bill-digest.ts";
import type { BillInput } from "./bill-input.ts";
import type { Bill } from "./bill.ts";
import { explainBill } from "./explain.ts";
import { calculate } from "./golden/pocket-calculator.ts";
import { referenceTariff } from "./golden/regenerate.ts";
import { decodeSnapshot, encodeSnapshot, SnapshotFormatError } from "./snapshot.ts";
import type { CompiledTariff } from "./tariff/compiled.ts";
import { isUsageItem, meterOfItem } from "./tariff/item-codes.ts";

// Records with a prototype, as JSON gives them.
const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true });

const tariffs = [
  referenceTariff("kr-mobile-2026-07", "2026-11"),
  referenceTariff("kr-mobile-2026-07", "2027-02"),
  referenceTariff("example-models", "2026-10"),
];

/** Accounts a tariff can bill: every date, quantity and combination that makes sense, and many that are odd. */
function inputOf(tariff: CompiledTariff): fc.Arbitrary<BillInput> {
  const { start, end, days } = tariff.period;
  const dayBefore = fc.integer({ min: start - 1500, max: end + 5 });
  const from = (day: number) => fc.option(fc.integer({ min: day, max: Math.max(day, end + 40) }));
  const pick = (codes: Iterable<string>) => fc.constantFrom(...codes);
  const addOn = fc
    .tuple(pick(tariff.addOns.keys()), dayBefore)
    .chain(([code, startedOn]) =>
      record({ code: fc.constant(code), startedOn: fc.constant(startedOn), endedOn: from(startedOn) }),
    );
  const contract = fc.tuple(fc.constantFrom(12, 24), dayBefore).chain(([months, startedOn]) =>
    record({
      months: fc.constant(months),
      startedOn: fc.constant(startedOn),
      terminatedOn: from(startedOn),
    }),
  );
  const subscription = fc
    .tuple(fc.integer({ min: 1, max: 9 }), pick(tariff.plans.keys()), dayBefore)
    .chain(([subscriptionId, plan, startedOn]) => {
      const rules = tariff.plans.get(plan)?.usage ?? [];
      const slots = tariff.meters
        .filter((meter) => (rules[meter.index] ?? null) !== null)
        .flatMap((meter) => meter.bands.map((band) => ({ meter: meter.code, band: band.code })));
      const usage = fc
        .tuple(fc.constantFrom(...slots), fc.oneof(fc.nat(10_000), fc.integer({ min: 0, max: 10 ** 11 })))
        .map(([slot, quantityMilli]) => ({ ...slot, quantityMilli }));
      return from(startedOn).chain((endedOn) => {
        const active = Math.min(endedOn ?? end, end - 1) - Math.max(startedOn, start) + 1;
        return record({
          subscriptionId: fc.constant(subscriptionId),
          plan: fc.constant(plan),
          startedOn: fc.constant(startedOn),
          endedOn: fc.constant(endedOn),
          suspendedDays: fc.integer({ min: 0, max: Math.min(days, Math.max(0, active)) }),
          contract: fc.option(contract),
          addOns: fc.array(addOn, { maxLength: 3 }),
          usage: fc.array(usage, { maxLength: 6 }),
        });
      });
    });
  const adjustment = record({
    adjustmentId: fc.nat(),
    kind: fc.constantFrom("taxable" as const, "final" as const),
    charge: fc.constantFrom("", ...tariff.charges.keys()),
    amountMinor: fc.integer({ min: -200_000, max: 200_000 }),
  });
  return record({
    accountId: fc.integer({ min: 1, max: 10 ** 12 }),
    currency: fc.constant(tariff.currency),
    joinedOn: fc.integer({ min: start - 12_000, max: end }),
    birthday: fc.tuple(fc.nat(12), fc.nat(31)).map(([month, day]) => month * 100 + day),
    welfare: fc.constantFrom("", ...tariff.welfare.keys()),
    familyTenureYears: fc.option(fc.nat(60)),
    subscriptions: fc.uniqueArray(subscription, { maxLength: 3, selector: (one) => one.subscriptionId }),
    adjustments: fc.uniqueArray(adjustment, { maxLength: 3, selector: (one) => one.adjustmentId }),
  });
}

function billed(tariff: CompiledTariff, input: BillInput): Bill {
  const outcome = billAccount(tariff, input);
  assert.ok(outcome.kind === "billed", JSON.stringify(outcome));
  return outcome.bill;
}

function forEveryAccount(check: (tariff: CompiledTariff, input: BillInput) => void): void {
  for (const tariff of tariffs)
    fc.assert(
      fc.property(inputOf(tariff), (input) => {
        check(tariff, input);
      }),
      { numRuns: 400 },
    );
}

test("the bill is the sum of its lines, in known codes and exact integers", () => {
  forEveryAccount((tariff, input) => {
    const bill = billed(tariff, input);
    assert.equal(
      bill.items.reduce((sum, item) => sum + item.amountMinor, 0),
      bill.totalMinor,
    );
    for (const item of bill.items) {
      assert.ok(tariff.itemIndex.has(item.code), item.code);
      for (const value of [item.quantityMilli, item.rateMicro, item.amountMinor]) {
        assert.ok(Number.isSafeInteger(value));
        assert.ok(!Object.is(value, -0));
      }
    }
  });
});

test("total, taxable sum and tax are never negative, and the total is a multiple of the rounding unit", () => {
  forEveryAccount((tariff, input) => {
    const bill = billed(tariff, input);
    assert.ok(bill.totalMinor >= 0 && bill.taxableMinor >= 0 && bill.taxMinor >= 0);
    assert.equal(bill.totalMinor % tariff.roundToMinor, 0);
  });
});

test("units in are units rated: the usage items of a meter sum to its usage", () => {
  forEveryAccount((tariff, input) => {
    const bill = billed(tariff, input);
    for (const meter of tariff.meters) {
      const used = input.subscriptions
        .flatMap((subscription) => subscription.usage)
        .filter((usage) => usage.meter === meter.code)
        .reduce((sum, usage) => sum + usage.quantityMilli, 0);
      const rated = bill.items
        .filter((item) => isUsageItem(item.code) && meterOfItem(item.code) === meter.code)
        .reduce((sum, item) => sum + item.quantityMilli, 0);
      assert.equal(rated, used, meter.code);
    }
  });
});

test("the order of the input, and the division of usage sums into parts, change nothing", () => {
  forEveryAccount((tariff, input) => {
    const rearranged: BillInput = {
      ...input,
      adjustments: input.adjustments.toReversed(),
      subscriptions: input.subscriptions.toReversed().map((subscription) => ({
        ...subscription,
        addOns: subscription.addOns.toReversed(),
        usage: subscription.usage
          .flatMap((usage) => {
            const part = Math.floor(usage.quantityMilli / 3);
            return [
              { ...usage, quantityMilli: part },
              { ...usage, quantityMilli: usage.quantityMilli - part },
            ];
          })
          .toReversed(),
      })),
    };
    assert.deepEqual(billed(tariff, rearranged), billed(tariff, input));
  });
});

test("a replay of the stored snapshot gives the stored digest", () => {
  forEveryAccount((tariff, input) => {
    const text = encodeSnapshot(input);
    const replayed = decodeSnapshot(text);
    assert.deepEqual(replayed, input);
    assert.equal(encodeSnapshot(replayed), text);
    const digest = billDigest(billed(tariff, input));
    assert.equal(digest.length, BILL_DIGEST_BYTES);
    assert.deepEqual(billDigest(billed(tariff, replayed)), digest);
  });
});

test("the digest changes with the account and with each value of each line", () => {
  forEveryAccount((tariff, input) => {
    const bill = billed(tariff, input);
    const digest = billDigest(bill).toString("hex");
    const changed: Bill[] = [
      { ...bill, accountId: bill.accountId + 1 },
      { ...bill, totalMinor: bill.totalMinor + 1 },
      { ...bill, items: [...bill.items, { code: "x", quantityMilli: 0, rateMicro: 0, amountMinor: 0 }] },
      ...bill.items.flatMap((item, index) =>
        [
          { ...item, code: `${item.code}x` },
          { ...item, quantityMilli: item.quantityMilli + 2 ** 32 },
          { ...item, rateMicro: item.rateMicro + 1 },
          { ...item, amountMinor: -item.amountMinor - 1 },
        ].map((other) => ({ ...bill, items: bill.items.with(index, other) })),
      ),
    ];
    for (const other of changed) assert.notEqual(billDigest(other).toString("hex"), digest);
  });
});

test("every explained line is a line of the bill and adds up on a pocket calculator", () => {
  forEveryAccount((tariff, input) => {
    const { items } = billed(tariff, input);
    const lines = explainBill(tariff, input, "en");
    assert.deepEqual(
      lines.map(({ code, amountMinor }) => ({ code, amountMinor })),
      items.map(({ code, amountMinor }) => ({ code, amountMinor })),
    );
    for (const { arithmetic, amountMinor } of lines) {
      const { left, right } = calculate(arithmetic, tariff.currencyExponent);
      assert.equal(left, BigInt(amountMinor), arithmetic);
      assert.equal(right, BigInt(amountMinor), arithmetic);
    }
  });
});

test("a discount never exceeds what it is taken of", () => {
  const [tariff] = tariffs;
  assert.ok(tariff);
  fc.assert(
    fc.property(inputOf(tariff), (input) => {
      let running = 0;
      for (const item of billed(tariff, { ...input, adjustments: [] }).items) {
        running += item.amountMinor;
        assert.ok(running >= 0, item.code);
      }
    }),
  );
});

test("a text that is no snapshot is refused with the place", () => {
  for (const text of [
    "",
    "{}",
    "[2,1]",
    '[2,1,"KRW",1,0,"",null,[],[]]',
    '[1,1.5,"KRW",1,0,"",null,[],[]]',
    '[1,1,"KRW",1,0,"",null,[[1]],[]]',
  ])
    assert.throws(() => decodeSnapshot(text), SnapshotFormatError);
});
