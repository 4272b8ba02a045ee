import type { z } from "zod";
import type { Effect } from "../../../database/commands/execute-command.ts";
import type { MoveTally } from "../../../database/commands/move-messages.ts";
import { keepOrder } from "../../../database/delivery-orders/keep-order.ts";
import { giveOrder, type MoveOrder } from "../../../desk/orders/give-order.ts";
import type { DeliveryOrder } from "../../../notification/delivery-order.ts";
import { RetryableError } from "../../../platform/errors.ts";
import { commandRoute, readRoute, type CommandContext, type Route } from "../../http/route.ts";
import { refusedTally } from "./refused-tally.ts";
import { orderOf, targetOf, type OrderBody, type OrderKind } from "./order-of-body.ts";
import { foreseen, orderAnswer, orderBodies } from "./order-schemas.ts";

/** How long a kept order waits for an approver: over a weekend, not into the next month. */
const keptHours = 72;

const summaries: Readonly<Record<OrderKind, string>> = {
  force: "Send scheduled messages now, whatever the send day",
  reserve: "Send scheduled messages at an instant, whatever the send day",
  resend: "Send messages that arrived once more",
  redrive: "Send dead messages once more, as new ones, planned as of today",
  convert: "Send dead messages once more, over another channel only",
  cancel: "Give up messages that are under way; what is being sent is not called back",
};

const description =
  "For one message, many, or all that a filter leaves. An order that moves more messages than the installation allows one person is kept, and an approver who is somebody else carries it out.";

/** The orders, each with a dry run beside it that says how many and moves nothing. */
export const orderRoutes: readonly Route[] = (Object.keys(orderBodies) as OrderKind[]).flatMap((kind) =>
  routesOf(kind),
);

/** The compiler loses which body is of which kind. */
type AnyBody = OrderBody<OrderKind>;

function routesOf(kind: OrderKind): readonly Route[] {
  const body = orderBodies[kind] as unknown as z.ZodType<AnyBody>;
  const orderIn = orderOf[kind] as (given: AnyBody) => DeliveryOrder;
  const read = (given: AnyBody): MoveOrder => ({
    order: orderIn(given),
    target: targetOf(kind, given),
  });
  const common = { role: "operator", tag: "Messages", body } as const;
  return [
    readRoute({
      ...common,
      method: "post",
      path: `/messages/${kind}/dry-run`,
      summary: `${summaries[kind]}: how many that would be`,
      answer: foreseen,
      read: async (input, { pool, approvalOverMessages }) => {
        const { answer: tally } = await giveOrder(pool, read(input.body), null);
        const needsApproval = tally.moved > approvalOverMessages;
        return { needsApproval, approvalOver: approvalOverMessages, tally };
      },
    }),
    commandRoute({
      ...common,
      path: `/messages/${kind}`,
      summary: summaries[kind],
      description,
      action: `message.${kind}`,
      answer: orderAnswer,
      execute: (input, context) => giveOrKeep(read(input.body), input.body.reason ?? "", context),
    }),
  ];
}

type OrderAnswer = z.input<typeof orderAnswer>;

async function giveOrKeep(
  given: MoveOrder,
  reason: string,
  { client, commandId, actor, approvalOverMessages }: CommandContext,
): Promise<Effect<OrderAnswer>> {
  const { answer: foreseen } = await giveOrder(client, given, null);
  if (foreseen.moved > approvalOverMessages) {
    const { order, target } = given;
    const kept = { id: commandId, kind: order.kind, order, target, maker: actor.name, reason, foreseen };
    await keepOrder(client, kept, keptHours);
    return { state: "done", answer: { status: "pending", orderId: commandId, tally: plain(foreseen) } };
  }
  const { state, answer } = await giveOrder(client, given, commandId);
  if (state === "refused") return { state, answer: refusedTally(answer) };
  // More have come in between: nothing is written, and asked again the order is kept for an approver.
  if (answer.moved > approvalOverMessages) {
    throw new RetryableError("more-messages", "more have come meanwhile", { retryAfterMs: 1_000 });
  }
  return { state: "done", answer: { status: "done", orderId: null, tally: plain(answer) } };
}

/** A tally as an answer takes it. */
export function plain(tally: MoveTally): OrderAnswer["tally"] {
  return { ...tally, byMove: { ...tally.byMove }, refused: { ...tally.refused }, sample: [...tally.sample] };
}
