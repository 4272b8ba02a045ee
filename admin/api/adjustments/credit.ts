import { creditedMinor, lockCreditsOf } from "../../../database/adjustments/credited.ts";
import { readBillRows } from "../../../database/bills/bill-rows.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import { addressOfBill } from "../bills/bill-on-file.ts";
import { billIdParam } from "../fields.ts";
import { notFound } from "../../http/problem.ts";
import { commandRoute, type Route } from "../../http/route.ts";
import { placeAdjustment, refusedBecause } from "./place.ts";
import { adjustment, newCreditNote } from "./schemas.ts";

/** A credit note: taken off the account's bill of a later month, after tax. */
export const creditBill: Route = commandRoute({
  path: "/bills/{billId}/credit-notes",
  role: "operator",
  tag: "Adjustments",
  summary: "Credit a bill, wholly or partly, on the account's bill of a later month",
  description:
    "All credit notes of a bill together, the waiting ones included, are never more than the bill. What a later bill cannot take stands on it as a credit that is left.",
  action: "bill.credit",
  params: billIdParam,
  body: newCreditNote,
  answer: adjustment,
  execute: async ({ params: { billId }, body }, context) => {
    const { client } = context;
    await lockCreditsOf(client, billId);
    const left = await creditLeft(client, billId);
    if (body.period <= left.period) {
      return refusedBecause("period-billed", "a credit note is for a month after the bill's");
    }
    const amountMinor = Number(body.amountMinor);
    if (amountMinor > left.leftMinor) {
      const why = `the bill has ${Math.max(left.leftMinor, 0)} minor units left to credit`;
      return refusedBecause("more-than-the-bill", why);
    }
    return await placeAdjustment(context, {
      ...{ accountId: left.accountId, period: body.period, kind: "final", reason: body.reason },
      ...{ amountMinor: -amountMinor, creditOf: billId },
    });
  },
});

/** What of a bill, as the member owes it now, is not credited yet. */
export async function creditLeft(
  client: Queryable,
  billId: number,
): Promise<{ readonly leftMinor: number; readonly accountId: number; readonly period: string }> {
  const address = await addressOfBill(client, { billId, generation: undefined });
  const [bill] = await readBillRows(client, [address], { billIds: [billId] });
  if (bill === undefined) throw notFound(`bill ${billId}`);
  const leftMinor = bill.totalMinor - Number(await creditedMinor(client, billId));
  return { leftMinor, accountId: bill.accountId, period: address.period };
}
