import type { Effect } from "../../database/commands/execute-command.ts";
import { moveMessages, type DecideMove, type MoveTally } from "../../database/commands/move-messages.ts";
import type { DeliveryOrder } from "../../notification/delivery-order.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { decideBy } from "./decide-by.ts";
import { findTargets, type OrderTarget } from "./order-target.ts";

/** An order and the messages it is for. */
export interface MoveOrder {
  readonly order: DeliveryOrder;
  readonly target: OrderTarget;
}

/**
 * Gives an order to all the messages it is for, in the caller's transaction; with `commandId` null nothing is moved, and the
 * tally says what would happen. It is refused when it was refused for every one. Not more than `atMost` messages move [no limit].
 */
export async function giveOrder(
  client: Queryable,
  { order, target }: MoveOrder,
  commandId: string | null,
  atMost = Infinity,
): Promise<Effect<MoveTally>> {
  const decide = noMoreThan(atMost, decideBy(order));
  const answer = await moveMessages(client, findTargets(client, target), decide, commandId);
  const refused = answer.moved === 0 && Object.keys(answer.refused).length > 0;
  return { state: refused ? "refused" : "done", answer };
}

function noMoreThan(atMost: number, decide: DecideMove): DecideMove {
  let moved = 0;
  return (message, group, nowMs) => {
    const decision = decide(message, group, nowMs);
    if (decision.kind === "refused") return decision;
    return ++moved > atMost ? { kind: "refused", why: "not-approved" } : decision;
  };
}
