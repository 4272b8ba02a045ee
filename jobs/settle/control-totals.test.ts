import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { Bill, BillItem } from "../../billing/bill.ts";
import { ControlTotals } from "./control-totals.ts";
import { ItemBook } from "./item-book.ts";

const codes = ["plan:p", "usage:voice:included", "usage:voice", "usage:data:peak:tier-1"];

const newBook = (): ItemBook => new ItemBook(new Map(codes.map((code, index) => [code, index + 1])));

/** Books the items, as the writer does. */
function bookItems(book: ItemBook, { items }: Bill): void {
  for (const { code, quantityMilli } of items) book.of(code).quantityMilli += quantityMilli;
}

const item: fc.Arbitrary<BillItem> = fc.record({
  code: fc.constantFrom(...codes),
  quantityMilli: fc.integer({ min: 0, max: 1_000_000_000_000 }),
  rateMicro: fc.constant(0),
  amountMinor: fc.integer(),
});
const bill: fc.Arbitrary<Bill> = fc.record({
  accountId: fc.nat(),
  items: fc.array(item, { maxLength: 6 }),
  taxableMinor: fc.nat(),
  taxMinor: fc.nat(),
  totalMinor: fc.integer({ min: 0, max: 1_000_000_000_000 }),
});

test("totals are the exact sums of what was added, whenever the running sums are carried", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(bill, fc.boolean()), { maxLength: 50 }), (added) => {
      const book = newBook();
      const totals = new ControlTotals(book);
      const digests = createHash("sha256");
      const usage = new Map<string, bigint>();
      for (const [index, [one, carry]] of added.entries()) {
        const digest = Buffer.alloc(16, index);
        digests.update(digest);
        bookItems(book, one);
        totals.addBill(one, digest);
        if (carry) totals.carry();
        for (const { code, quantityMilli } of one.items) {
          const meter = /^usage:(\w+)/.exec(code)?.[1];
          if (meter !== undefined) usage.set(meter, (usage.get(meter) ?? 0n) + BigInt(quantityMilli));
        }
      }
      totals.excluded = 3;
      totals.held.push({ kind: "held", accountId: 9, reason: "missing-plan", detail: "" });
      const { digest, usageMilli, ...counts } = totals.finish();
      assert.deepEqual(counts, {
        billed: added.length,
        held: 1,
        excluded: 3,
        items: added.reduce((sum, [one]) => sum + one.items.length, 0),
        totalMinor: added.reduce((sum, [one]) => sum + BigInt(one.totalMinor), 0n),
      });
      for (const meter of ["voice", "data"])
        assert.equal(usageMilli.get(meter) ?? 0n, usage.get(meter) ?? 0n);
      assert.deepEqual(digest, digests.update("9:missing-plan;").digest());
    }),
  );
});

test("a partition's digest is over all its bills, also beyond one batch of the hash", () => {
  const totals = new ControlTotals(newBook());
  const digests = createHash("sha256");
  const empty = { accountId: 1, items: [], taxableMinor: 0, taxMinor: 0, totalMinor: 0 };
  for (let count = 0; count < 4096 * 2 + 5; count++) {
    const digest = createHash("sha256").update(String(count)).digest().subarray(0, 16);
    digests.update(digest);
    totals.addBill(empty, digest);
  }
  assert.deepEqual(totals.finish().digest, digests.digest());
});

test("sums beyond the safe integers stay exact when they are carried in time", () => {
  const book = newBook();
  const totals = new ControlTotals(book);
  const most = { code: "usage:voice", quantityMilli: Number.MAX_SAFE_INTEGER, rateMicro: 0, amountMinor: 1 };
  const one = {
    accountId: 1,
    items: [most],
    taxableMinor: 0,
    taxMinor: 0,
    totalMinor: Number.MAX_SAFE_INTEGER,
  };
  for (let count = 0; count < 1000; count++) {
    bookItems(book, one);
    totals.addBill(one, Buffer.alloc(16));
    totals.carry();
  }
  const sums = totals.finish();
  assert.equal(sums.totalMinor, 1000n * BigInt(Number.MAX_SAFE_INTEGER));
  assert.equal(sums.usageMilli.get("voice"), 1000n * BigInt(Number.MAX_SAFE_INTEGER));
});

test("a code that is not in the dictionary is refused by its name", () => {
  assert.throws(() => newBook().of("plan:other"), { code: "unknown-item-code", message: /"plan:other"/ });
});
