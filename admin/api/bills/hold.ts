import type { z } from "zod";
import { billTargets } from "../../../database/commands/bill-targets.ts";
import { moveMessages } from "../../../database/commands/move-messages.ts";
import type { Effect } from "../../../database/commands/execute-command.ts";
import { decideOrder, type DeliveryOrder } from "../../../notification/delivery-order.ts";
import { policyOfGeneration } from "../../../notification/read-policy.ts";
import { billIdParam } from "../fields.ts";
import { notFound } from "../../http/problem.ts";
import { commandRoute, type CommandContext, type Route } from "../../http/route.ts";
import { movedMessage } from "../moved-message.ts";
import { holdOrder, releaseOrder } from "./schemas.ts";

/** Keeps a bill's message from leaving. */
export const holdMessage: Route = commandRoute({
  path: "/bills/{billId}/hold",
  role: "operator",
  tag: "Bills",
  summary: "Hold a bill's message that has not left yet, until it is released",
  description:
    "Also before its generation is released. What is being sent, or may have been, cannot be held. The hold is of this message: a bill that is settled again to another amount has a message of its own.",
  action: "message.hold",
  params: billIdParam,
  body: holdOrder,
  answer: movedMessage,
  execute: ({ params: { billId }, body: { reason } }, context) =>
    moveOne(billId, { kind: "hold", why: reason }, context),
});

/** Lets it leave. */
export const releaseMessage: Route = commandRoute({
  path: "/bills/{billId}/release",
  role: "operator",
  tag: "Bills",
  summary: "Let a held message leave: on the member's send day, or at once; never in quiet hours",
  action: "message.release",
  params: billIdParam,
  body: releaseOrder,
  answer: movedMessage,
  execute: ({ params: { billId } }, context) => moveOne(billId, { kind: "let-go" }, context),
});

type Told = z.output<typeof movedMessage>;

/** Why an order for one message is refused, for a person. */
const remedies: Readonly<Record<string, string>> = {
  held: "the message is held already",
  "not-held": "nobody holds the message",
  "wrong-state": "the message has left, or is being sent, or has come to its end",
  "bill-superseded": "a later generation changed the bill, and has a message of its own",
};

async function moveOne(
  billId: number,
  order: DeliveryOrder,
  { client, commandId }: CommandContext,
): Promise<Effect<Told>> {
  const { refused, sample } = await moveMessages(
    client,
    billTargets(client, [billId]),
    (message, { released, notificationPolicy }, nowMs) => {
      const policy = policyOfGeneration(notificationPolicy);
      return decideOrder({ ...message, released, policy }, order, nowMs);
    },
    commandId,
  );
  const [moved] = sample;
  if (moved !== undefined) return { state: "done", answer: { ...moved, dueAt: dueOf(order, moved.dueAt) } };
  const [code = "refused"] = Object.keys(refused);
  if (code === "no-such-message") throw notFound(`message of bill ${billId}`);
  return { state: "refused", answer: { code, why: remedies[code] ?? code } as unknown as Told };
}

/** What is held has no day. */
function dueOf(order: DeliveryOrder, dueAt: string | null): string | null {
  return order.kind === "hold" ? null : dueAt;
}
