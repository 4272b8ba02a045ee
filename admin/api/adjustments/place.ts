import {
  insertAdjustmentOrder,
  recordAdjustment,
  type NewAdjustment,
} from "../../../database/adjustments/insert-adjustment.ts";
import { lockOpenPeriod, type PeriodProblem } from "../../../database/adjustments/open-period.ts";
import { readAdjustment } from "../../../database/adjustments/read-adjustment.ts";
import type { AdjustmentOrder } from "../../../database/adjustments/adjustment-row.ts";
import type { Effect } from "../../../database/commands/execute-command.ts";
import type { CommandContext } from "../../http/route.ts";

/** What is told of an order, or of why it is none. */
export type AdjustmentEffect = Effect<AdjustmentOrder>;

const problems: Readonly<Record<PeriodProblem, string>> = {
  "period-billed": "the bills of this month, or of a later one, are computed already; take a later month",
  "period-too-far": "this month is more than a year ahead or half a year ago; look at the year",
};

/** Why an order is refused; a refused command changes nothing and stays refused under its id. */
export function refusedBecause(code: string, why: string): AdjustmentEffect {
  return { state: "refused", answer: { code, why } as unknown as AdjustmentOrder };
}

/** The refusal of a month that takes no adjustment; null when it takes one, until the transaction ends. */
export async function closedPeriod(
  { client }: CommandContext,
  period: string,
): Promise<AdjustmentEffect | null> {
  const problem = await lockOpenPeriod(client, period);
  return problem === null ? null : refusedBecause(problem, problems[problem]);
}

/** Orders an adjustment: recorded at once, or, beyond the limit, waiting for somebody else's approval. */
export async function placeAdjustment(
  context: CommandContext,
  order: Omit<NewAdjustment, "createdBy">,
): Promise<AdjustmentEffect> {
  const { client, actor, approvalAboveMinor } = context;
  const closed = await closedPeriod(context, order.period);
  if (closed !== null) return closed;
  const id = await insertAdjustmentOrder(client, { ...order, createdBy: actor.name });
  if (Math.abs(order.amountMinor) <= approvalAboveMinor) {
    await recordAdjustment(client, id, { decidedBy: null, reason: null });
  }
  return await told(context, id);
}

/** The order as it stands after a command. */
export async function told({ client }: CommandContext, id: number): Promise<AdjustmentEffect> {
  const order = await readAdjustment(client, id);
  if (order === null) throw new Error(`adjustment ${id} is gone`);
  return { state: "done", answer: order };
}
