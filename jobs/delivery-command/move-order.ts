import type { MoveTally } from "../../database/commands/move-messages.ts";
import { giveOrder, type MoveOrder } from "../../desk/orders/give-order.ts";
import type { GivenCommand } from "./give-command.ts";
import { remedyOf } from "./remedy.ts";

/** The command that gives an order to all the messages it is for. It is refused when it was refused for every one. */
export function moveCommand(given: MoveOrder): GivenCommand<MoveTally> {
  return {
    kind: given.order.kind,
    body: { ...given.order, ...given.target },
    effect: (client, commandId) => giveOrder(client, given, commandId),
    foresee: (client) => giveOrder(client, given, null),
    describe: describeTally,
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
