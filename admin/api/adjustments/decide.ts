import type { AdjustmentOrder } from "../../../database/adjustments/adjustment-row.ts";
import { lockCreditsOf } from "../../../database/adjustments/credited.ts";
import { recordAdjustment, rejectAdjustment } from "../../../database/adjustments/insert-adjustment.ts";
import { readAdjustment } from "../../../database/adjustments/read-adjustment.ts";
import { notFound } from "../../http/problem.ts";
import { commandRoute, type CommandContext, type Route } from "../../http/route.ts";
import { creditLeft } from "./credit.ts";
import { closedPeriod, refusedBecause, told, type AdjustmentEffect } from "./place.ts";
import { adjustment, adjustmentParam, approval, rejection } from "./schemas.ts";

const head = { role: "approver", tag: "Adjustments", params: adjustmentParam, answer: adjustment } as const;

/** Approves what somebody else has ordered. */
export const approveAdjustment: Route = commandRoute({
  ...head,
  path: "/adjustments/{adjustmentId}/approve",
  summary: "Approve an adjustment that somebody else has ordered",
  action: "adjustment.approve",
  body: approval,
  execute: async ({ params: { adjustmentId }, body: { reason = null } }, context) => {
    const { client, actor } = context;
    const { order, refusal } = await waiting(context, adjustmentId);
    const forbidden = refusal ?? (await refusalOf(context, order));
    if (forbidden !== null) return forbidden;
    await recordAdjustment(client, adjustmentId, { decidedBy: actor.name, reason });
    return await told(context, adjustmentId);
  },
});

/** Takes an order that waits off the list. */
export const rejectRoute: Route = commandRoute({
  ...head,
  path: "/adjustments/{adjustmentId}/reject",
  summary: "Reject an adjustment that waits for approval",
  action: "adjustment.reject",
  body: rejection,
  execute: async ({ params: { adjustmentId }, body: { reason } }, context) => {
    const { client, actor } = context;
    const { refusal } = await waiting(context, adjustmentId);
    if (refusal !== null) return refusal;
    await rejectAdjustment(client, adjustmentId, { decidedBy: actor.name, reason });
    return await told(context, adjustmentId);
  },
});

/** The order, locked, with the refusal of one that is decided. */
async function waiting(
  { client }: CommandContext,
  adjustmentId: number,
): Promise<{ readonly order: AdjustmentOrder; readonly refusal: AdjustmentEffect | null }> {
  const order = await readAdjustment(client, adjustmentId, true);
  if (order === null) throw notFound(`adjustment ${adjustmentId}`);
  const isWaiting = order.state === "pending";
  const refusal = isWaiting ? null : refusedBecause("decided-already", `the adjustment is ${order.state}`);
  return { order, refusal };
}

async function refusalOf(context: CommandContext, order: AdjustmentOrder): Promise<AdjustmentEffect | null> {
  const { client, actor } = context;
  if (order.createdBy === actor.name) {
    return refusedBecause("maker-is-checker", "whoever ordered an adjustment does not approve it");
  }
  const { creditOf } = order;
  if (creditOf !== null) {
    await lockCreditsOf(client, creditOf);
    // The bill may have been settled again to less since.
    if ((await creditLeft(client, creditOf)).leftMinor < 0) {
      return refusedBecause("more-than-the-bill", "the bill is less now than what is credited of it");
    }
  }
  return await closedPeriod(context, order.period);
}
