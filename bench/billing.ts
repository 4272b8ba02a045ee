/**
 * CPU nanoseconds per account of the pure bill arithmetic, over accounts like those of the generator: one subscription, three
 * usage sums, a contract, an add-on. `node bench/billing.ts [accounts]`
 */
import { readFileSync } from "node:fs";
import { billAccount } from "../billing/bill-account.ts";
import { billDigest } from "../billing/bill-digest.ts";
import type { Bill } from "../billing/bill.ts";
import type { BillInput } from "../billing/bill-input.ts";
import { parsePeriod } from "../billing/period.ts";
import { encodeSnapshot } from "../billing/snapshot.ts";
import { compileTariff } from "../billing/tariff/compile.ts";
import { parseTariff } from "../billing/tariff/parse.ts";

const ACCOUNTS = 20_000;
const rounds = Math.max(1, Math.round(Number(process.argv[2] ?? 1_000_000) / ACCOUNTS));

const parsed = parseTariff(
  readFileSync(new URL("../tariffs/kr-mobile-2026-07.yaml", import.meta.url), "utf8"),
  "kr-mobile",
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const tariff = compileTariff(parsed.tariff, parsePeriod("2026-10"));
const { start } = tariff.period;
const plans = [...tariff.plans.keys()];
const addOns = [...tariff.addOns.keys()];

// A linear congruential generator: the same accounts in every run.
let seed = 1;
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};
const pick = (from: readonly string[]): string => from[random(from.length)] ?? "";

const inputs: BillInput[] = Array.from({ length: ACCOUNTS }, (_, index) => ({
  accountId: 1_000_000 + index,
  currency: "KRW",
  joinedOn: start - random(7000),
  birthday: (1 + random(12)) * 100 + 1 + random(28),
  welfare: random(20) === 0 ? "basic-pension" : "",
  familyTenureYears: random(4) === 0 ? random(50) : null,
  adjustments: [],
  subscriptions: [
    {
      subscriptionId: 5_000_000 + index,
      plan: pick(plans),
      startedOn: random(10) === 0 ? start + random(31) : start - random(2000),
      endedOn: null,
      suspendedDays: 0,
      contract: { months: 24, startedOn: start - random(800), terminatedOn: null },
      addOns: [{ code: pick(addOns), startedOn: start - random(300), endedOn: null }],
      usage: [
        { meter: "voice", band: "", quantityMilli: random(20_000) * 1000 },
        { meter: "sms", band: "", quantityMilli: random(300) * 1000 },
        { meter: "data", band: "", quantityMilli: random(40_000_000) * 500 },
      ],
    },
  ],
}));

const bills: Bill[] = inputs.map((input) => {
  const outcome = billAccount(tariff, input);
  if (outcome.kind === "held") throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return outcome.bill;
});
const items = bills.reduce((sum, bill) => sum + bill.items.length, 0);
console.log(`${String(ACCOUNTS * rounds)} accounts, ${(items / ACCOUNTS).toFixed(1)} items each`);

let sink = 0;
const measure = (name: string, once: (index: number) => number): void => {
  for (let index = 0; index < ACCOUNTS; index++) sink += once(index);
  // CPU time of the process, garbage collection included: neighbours on the machine do not count.
  const began = process.cpuUsage();
  for (let round = 0; round < rounds; round++)
    for (let index = 0; index < ACCOUNTS; index++) sink += once(index);
  const { user, system } = process.cpuUsage(began);
  const ns = ((user + system) * 1000) / (rounds * ACCOUNTS);
  console.log(`${name.padEnd(16)} ${ns.toFixed(0).padStart(6)} ns of CPU per account`);
};

measure("billAccount", (index) => {
  const outcome = billAccount(tariff, at(inputs, index));
  return outcome.kind === "billed" ? outcome.bill.totalMinor : 0;
});
measure("encodeSnapshot", (index) => encodeSnapshot(at(inputs, index)).length);
measure("billDigest", (index) => billDigest(at(bills, index))[0] ?? 0);
console.log(`(checksum ${String(sink)})`);

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no element ${String(index)}`);
  return value;
}
