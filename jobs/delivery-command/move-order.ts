import type { Effect } from "../../database/commands/execute-command.ts";
import {
  moveMessages,
  type DecideMove,
  type MoveTally,
  type TargetChunk,
} from "../../database/commands/move-messages.ts";
import { decideOrder, type DeliveryOrder } from "../../notification/delivery-order.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";
import type { Client } from "../../platform/postgres.ts";
import type { GivenCommand } from "./give-command.ts";
import { remedyOf } from "./remedy.ts";

/** An order and the messages it is for. */
export interface MoveOrder {
  readonly order: DeliveryOrder;
  /** What names the messages, as it is kept. */
  readonly target: Readonly<Record<string, unknown>>;
  readonly find: (client: Client) => AsyncIterable<TargetChunk>;
}

/** The command that gives an order to all the messages it is for. It is refused when it was refused for every one. */
export function moveCommand({ order, target, find }: MoveOrder): GivenCommand<MoveTally> {
  const run = async (client: Client, commandId: string | null): Promise<Effect<MoveTally>> => {
    const answer = await moveMessages(client, find(client), decideBy(order), commandId);
    const refused = answer.moved === 0 && Object.keys(answer.refused).length > 0;
    return { state: refused ? "refused" : "done", answer };
  };
  return {
    kind: order.kind,
    body: { ...order, ...target },
    effect: (client, commandId) => run(client, commandId),
    foresee: (client) => run(client, null),
    describe: describeTally,
  };
}

/** The state machine's answer for each message, by the policy of its generation. */
export function decideBy(order: DeliveryOrder): DecideMove {
  const policies = new Map<unknown, NotificationPolicy>();
  return (message, { released, notificationPolicy }, nowMs) => {
    let policy = policies.get(notificationPolicy);
    if (policy === undefined) {
      policy = policyOfGeneration(notificationPolicy);
      policies.set(notificationPolicy, policy);
    }
    return decideOrder({ ...message, released, policy }, order, nowMs);
  };
}

function describeTally({ moved, byMove, refused, sample, more }: MoveTally): readonly string[] {
  const lines = [`moved: ${moved}`];
  for (const [move, count] of Object.entries(byMove)) lines.push(`  ${count} ${move}`);
  if (moved === 1 && sample[0]) {
    const { billId, messageGeneration, dueAt } = sample[0];
    const due = dueAt === null ? "" : `, due ${dueAt} by the billing clock`;
    lines.push(`  bill ${billId}, message ${messageGeneration}${due}`);
  }
  for (const [why, count] of Object.entries(refused))
    lines.push(`refused: ${count} ${why}: ${remedyOf(why)}`);
  if (more) lines.push("There are more: give the command again, under another id.");
  return lines;
}
