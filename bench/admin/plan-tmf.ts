import { cursorOf } from "../../admin/http/keyset.ts";
import { tmfBase } from "../../admin/tmf678/resource.ts";
import { ask, type Plan } from "./ask.ts";
import { monthOf } from "./plan-members.ts";

const bills = `${tmfBase}/customerBill`;
const rates = `${tmfBase}/appliedCustomerBillingRate`;
const cycles = `${tmfBase}/billCycle`;

/** What a CRM reads. */
export const tmfPlan: Plan = {
  [bills]: [
    ask("", () => bills),
    ask("of an account", ({ accounts }, draw) => `${bills}?billingAccount.id=${draw.pick(accounts)}`),
    ask("by state", (_samples, draw) => `${bills}?state=${draw.pick(["sent", "onHold", "settled"])}`),
    ask("offset 1000", () => `${bills}?offset=1000`),
    ask("deep", (samples, draw) => {
      const bill = draw.pick(samples.bills);
      return `${bills}?cursor=${cursorOf([monthOf(bill), bill])}`;
    }),
  ],
  [`${bills}/{id}`]: [ask("", (samples, draw) => `${bills}/${draw.pick(samples.bills)}`)],
  [rates]: [ask("of a bill", (samples, draw) => `${rates}?bill.id=${draw.pick(samples.bills)}`)],
  [`${rates}/{id}`]: [ask("", (samples, draw) => `${rates}/${draw.pick(samples.bills)}-1`)],
  [cycles]: [ask("", () => cycles)],
  [`${cycles}/{id}`]: [ask("", ({ months }, draw) => `${cycles}/${draw.pick(months)}`)],
};
