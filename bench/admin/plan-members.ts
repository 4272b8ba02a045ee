import { cursorOf } from "../../admin/http/keyset.ts";
import { ask, type Ask, type Plan } from "./ask.ts";
import type { Draw } from "./draw.ts";
import type { Samples } from "./samples.ts";

function search(name: string, body: (samples: Samples, draw: Draw) => object): Ask {
  return {
    name,
    call: (samples, draw) => ({ path: "/api/v1/members/search", body: body(samples, draw) }),
  };
}

function ofBill(rest: string): readonly Ask[] {
  return [ask("", ({ bills }, draw) => `/api/v1/bills/${draw.pick(bills)}${rest}`)];
}

/** Members, their bills, and what people ordered for them. */
export const memberPlan: Plan = {
  "/api/v1/members/search": [
    search("number", ({ members }, draw) => ({ memberId: draw.pick(members) })),
    search("account", ({ accounts }, draw) => ({ accountId: draw.pick(accounts) })),
    search("e-mail", ({ emails }, draw) => ({ email: draw.pick(emails) })),
    search("phone", ({ phones }, draw) => ({ phone: draw.pick(phones) })),
  ],
  "/api/v1/members/{memberId}": [ask("", ({ members }, draw) => `/api/v1/members/${draw.pick(members)}`)],
  "/api/v1/bills": [
    ask("of a member", ({ members }, draw) => `/api/v1/bills?memberId=${draw.pick(members)}`),
    ask("of an account, every", ({ accounts }, draw) => {
      return `/api/v1/bills?accountId=${draw.pick(accounts)}&every=true`;
    }),
    ask("of a month", ({ months }, draw) => `/api/v1/bills?period=${draw.pick(months)}`),
    ask("of a month, 200", ({ months }, draw) => `/api/v1/bills?limit=200&period=${draw.pick(months)}`),
    ask("deep", ({ bills }, draw) => {
      const bill = draw.pick(bills);
      return `/api/v1/bills?period=${monthOf(bill)}&cursor=${cursorOf([bill])}`;
    }),
    ask("by state", ({ months }, draw) => {
      return `/api/v1/bills?period=${draw.pick(months)}&state=${draw.pick(["sent", "onHold", "settled"])}`;
    }),
  ],
  "/api/v1/bills/{billId}": ofBill(""),
  "/api/v1/bills/{billId}/items": ofBill("/items"),
  "/api/v1/bills/{billId}/explanation": ofBill("/explanation"),
  "/api/v1/bills/{billId}/replay": ofBill("/replay"),
  "/api/v1/bills/{billId}/message": ofBill("/message"),
  "/api/v1/bills/{billId}/message.html": ofBill("/message.html"),
  "/api/v1/bills/{billId}/timeline": ofBill("/timeline"),
  "/api/v1/adjustments": [
    ask("", () => "/api/v1/adjustments"),
    ask("pending", () => "/api/v1/adjustments?state=pending"),
    ask("rejected", () => "/api/v1/adjustments?state=rejected"),
    ask("of an account", ({ accounts }, draw) => `/api/v1/adjustments?accountId=${draw.pick(accounts)}`),
    ask("of a month", ({ months }, draw) => `/api/v1/adjustments?period=${draw.pick(months)}`),
    ask("deep", ({ newest }, draw) => {
      return `/api/v1/adjustments?cursor=${cursorOf([draw.between(2, newest.adjustment)])}`;
    }),
  ],
  "/api/v1/adjustments/{adjustmentId}": [
    ask("", ({ newest }, draw) => `/api/v1/adjustments/${draw.between(1, newest.adjustment)}`),
  ],
};

/** The month that a bill's number begins with. */
export function monthOf(bill: number): string {
  const digits = String(bill);
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}`;
}
