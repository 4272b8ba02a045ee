import { z } from "zod";
import { itemLabel } from "../../billing/item-label.ts";
import { periodOfBill } from "../../database/commands/message-target.ts";
import { liveMonths } from "../../database/generations/live-months.ts";
import { billOnFile } from "../api/bills/bill-on-file.ts";
import { HttpProblem } from "../http/problem.ts";
import type { RequestContext } from "../http/route.ts";
import { wrongFilter } from "./mount.ts";
import { hrefOf, tmfResource } from "./resource.ts";
import { appliedCustomerBillingRate } from "./schemas.ts";
import { tmfMoney, tmfPeriod } from "./texts.ts";

const name = "appliedCustomerBillingRate";
const filter = z.object({
  "bill.id": z
    .string()
    .regex(/^[1-9]\d{0,15}$/, "must be the number of a bill")
    .optional()
    .describe("Needed: rates are read bill by bill"),
});

interface Rate {
  readonly id: string;
}

/** The lines of a bill but for its tax, which stands in the bill's `taxItem`. */
export const appliedRates = tmfResource({
  name,
  summary: "What a bill consists of, line by line, before tax",
  schema: appliedCustomerBillingRate,
  filter,
  list: async (asked, { offset, limit }, context) => {
    const id = asked["bill.id"];
    if (id === undefined) throw wrongFilter("bill.id", "name the bill whose rates are asked for");
    const all = await ratesOf(Number(id), context);
    return { items: all.slice(offset, offset + limit), next: null, total: all.length };
  },
  get: async (id, context) => {
    const bill = /^([1-9]\d{0,15})-\d{1,5}$/.exec(id)?.[1];
    if (bill === undefined) return null;
    return (await ratesOf(Number(bill), context)).find((rate) => rate.id === id) ?? null;
  },
});

async function ratesOf(billId: number, context: RequestContext): Promise<readonly (Rate & object)[]> {
  const only = periodOfBill(billId);
  const [month] = only === null ? [] : await liveMonths(context.pool, { only }, 1);
  if (month === undefined) return [];
  const filed = await filedOrNull(billId, context);
  if (filed === null) return [];
  const { bill, tariff, ledger, period } = filed;
  const account = { id: String(bill.accountId), "@referredType": "BillingAccount" };
  return bill.items.flatMap(({ code, amountMinor }, index) => {
    if (code === tariff.tax?.itemCode) return [];
    const id = `${billId}-${index + 1}`;
    return {
      ...{ id, href: hrefOf(name, id), date: month.promotedAt.toISOString(), isBilled: true },
      ...{ name: itemLabel(tariff, code, "en"), description: code, "@type": "AppliedBillingRate" },
      type: amountMinor < 0 ? "appliedBillingCredit" : "appliedBillingCharge",
      bill: { id: String(billId), href: hrefOf("customerBill", String(billId)) },
      billingAccount: account,
      taxExcludedAmount: tmfMoney(amountMinor, ledger.currency),
      periodCoverage: tmfPeriod(period, tariff.timeZone),
    };
  });
}

async function filedOrNull(billId: number, { pool }: RequestContext) {
  try {
    return await billOnFile(pool, { billId, generation: undefined });
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 404) return null;
    throw error;
  }
}
