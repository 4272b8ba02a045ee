import { z } from "zod";

/** Schemas of TMF678 Customer Bill Management, v4 names, as far as there is something to say. */

const money = z.object({ unit: z.string(), value: z.number() }).meta({ id: "TmfMoney" });
const timePeriod = z
  .object({ startDateTime: z.iso.datetime({ offset: true }), endDateTime: z.iso.datetime({ offset: true }) })
  .meta({ id: "TmfTimePeriod" });
const reference = z
  .object({
    id: z.string(),
    href: z.string().optional(),
    role: z.string().optional(),
    "@referredType": z.string().optional(),
  })
  .meta({ id: "TmfReference" });

export const tmfBillStates = ["new", "onHold", "validated", "sent", "partiallyPaid", "settled"] as const;

const taxItem = z
  .object({ taxCategory: z.string(), taxRate: z.number(), taxAmount: money })
  .meta({ id: "TmfTaxItem" });

export const customerBill = z
  .object({
    id: z.string(),
    href: z.string(),
    billDate: z.iso.datetime({ offset: true }).optional(),
    billNo: z.string().optional(),
    category: z.string().optional(),
    lastUpdate: z.iso.datetime({ offset: true }).optional(),
    runType: z.enum(["onCycle", "offCycle"]).optional(),
    state: z.enum(tmfBillStates).optional(),
    amountDue: money.optional(),
    remainingAmount: money.optional(),
    taxIncludedAmount: money.optional(),
    taxExcludedAmount: money.optional(),
    taxItem: z.array(taxItem).optional(),
    appliedPayment: z.array(z.unknown()).optional(),
    billDocument: z.array(z.unknown()).optional(),
    billingAccount: reference.optional(),
    financialAccount: reference.optional(),
    relatedParty: z.array(reference).optional(),
    billingPeriod: timePeriod.optional(),
    paymentDueDate: z.iso.datetime({ offset: true }).optional(),
    "@type": z.literal("CustomerBill").optional(),
  })
  .meta({ id: "CustomerBill" });

export const appliedCustomerBillingRate = z
  .object({
    id: z.string(),
    href: z.string(),
    date: z.iso.datetime({ offset: true }).optional(),
    name: z.string().optional(),
    description: z.string().optional(),
    type: z.string().optional(),
    isBilled: z.boolean().optional(),
    bill: reference.optional(),
    billingAccount: reference.optional(),
    taxExcludedAmount: money.optional(),
    taxIncludedAmount: money.optional(),
    periodCoverage: timePeriod.optional(),
    "@type": z.literal("AppliedBillingRate").optional(),
  })
  .meta({ id: "AppliedCustomerBillingRate" });

export const billCycle = z
  .object({
    id: z.string(),
    href: z.string(),
    name: z.string().optional(),
    billingDate: z.iso.datetime({ offset: true }).optional(),
    billingPeriod: timePeriod.optional(),
    paymentDueDate: z.iso.datetime({ offset: true }).optional(),
    "@type": z.literal("BillCycle").optional(),
  })
  .meta({ id: "BillCycle" });
