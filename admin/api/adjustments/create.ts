import { accountExists } from "../../../database/members/account-exists.ts";
import { HttpProblem } from "../../http/problem.ts";
import { commandRoute, type Route } from "../../http/route.ts";
import { placeAdjustment } from "./place.ts";
import { adjustment, newAdjustment } from "./schemas.ts";

/** A correction by hand, on the bill of a month that is still to come. */
export const createAdjustment: Route = commandRoute({
  path: "/adjustments",
  role: "operator",
  tag: "Adjustments",
  summary: "Adjust an account's bill of a month that is still to come",
  description:
    "Beyond the limit of this installation (`ADMIN_APPROVAL_ABOVE_MINOR`) it is `pending` until an approver, who is somebody else, approves it.",
  action: "adjustment.create",
  body: newAdjustment,
  answer: adjustment,
  execute: async ({ body }, context) => {
    const { accountId, period, kind, amountMinor, reason } = body;
    if (!(await accountExists(context.client, accountId))) throw unknownAccount();
    const order = { accountId, period, kind, reason, amountMinor: Number(amountMinor), creditOf: null };
    return await placeAdjustment(context, order);
  },
});

function unknownAccount(): HttpProblem {
  return new HttpProblem(400, "invalid-request", "what was sent is wrong; see errors", {
    fields: [{ in: "body", field: "accountId", message: "there is no such account" }],
  });
}
