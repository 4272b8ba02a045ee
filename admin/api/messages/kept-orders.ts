import { z } from "zod";
import { decideKeptOrder } from "../../../database/delivery-orders/decide-order.ts";
import { findOrder } from "../../../database/delivery-orders/find-order.ts";
import { listOrders } from "../../../database/delivery-orders/list-orders.ts";
import type { KeptOrder } from "../../../database/delivery-orders/order-row.ts";
import { giveOrder, type MoveOrder } from "../../../desk/orders/give-order.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import { readCursor, toPage } from "../../http/keyset.ts";
import { notFound } from "../../http/problem.ts";
import { commandRoute, listRoute, readRoute, type Route } from "../../http/route.ts";
import { reason } from "../fields.ts";
import { plain } from "./orders.ts";
import { refusedTally } from "./refused-tally.ts";
import { foreseen, keptOrder, orderAnswer, orderParams } from "./order-schemas.ts";

const tag = "Messages";

/** Orders that are kept for an approver: a look, and the decision. */
export const keptOrderRoutes: readonly Route[] = [
  listRoute({
    path: "/orders",
    role: "viewer",
    tag,
    summary: "Orders kept for an approver, the newest first",
    query: z.object({ pending: z.stringbool().default(false).describe("Only those that can be decided") }),
    item: keptOrder,
    list: async ({ query: { limit, cursor, pending } }, { pool }) => {
      const before = readCursor(cursor, z.tuple([z.string(), z.guid()]));
      const rows = await listOrders(pool, { pending, before }, limit + 1);
      const page = toPage(rows, limit, ({ createdKey, id }) => [createdKey, id]);
      return { ...page, items: page.items.map(shown) };
    },
  }),
  readRoute({
    path: "/orders/{id}",
    role: "viewer",
    tag,
    summary: "One kept order, and what it would do now",
    params: orderParams,
    answer: keptOrder.extend({ now: foreseen.shape.tally.nullable() }).meta({ id: "KeptOrderNow" }),
    read: async ({ params: { id } }, { pool }) => {
      const order = await requireOrder(pool, id, false);
      const now = order.state === "pending" ? (await giveOrder(pool, orderIn(order), null)).answer : null;
      return { ...shown(order), now: now === null ? null : plain(now) };
    },
  }),
  commandRoute({
    path: "/orders/{id}/approve",
    role: "approver",
    tag,
    summary: "Carry out a kept order of somebody else, once",
    description:
      "Not more messages move than were foreseen when it was ordered; others are refused as `not-approved`.",
    action: "order.approve",
    params: orderParams,
    body: z.strictObject({ reason: reason.optional() }),
    answer: orderAnswer,
    execute: async ({ params: { id } }, { client, commandId, actor }) => {
      const order = await requireOrder(client, id, true);
      const refusal = whyNot(order, actor.name);
      if (refusal !== null) return { state: "refused", answer: refusal };
      const { state, answer } = await giveOrder(client, orderIn(order), commandId, order.foreseen.moved);
      if (state === "refused") return { state, answer: refusedTally(answer) };
      await decideKeptOrder(client, { id, state: "executed", by: actor.name, commandId });
      return { state: "done", answer: { status: "done" as const, orderId: id, tally: plain(answer) } };
    },
  }),
  commandRoute({
    path: "/orders/{id}/withdraw",
    role: "operator",
    tag,
    summary: "Withdraw a kept order: nobody can carry it out any more",
    action: "order.withdraw",
    params: orderParams,
    body: z.strictObject({ reason: reason.optional() }),
    answer: z.object({ id: z.string(), state: z.string() }).meta({ id: "WithdrawnOrder" }),
    execute: async ({ params: { id } }, { client, commandId, actor }) => {
      const order = await requireOrder(client, id, true);
      if (order.state !== "pending" && order.state !== "expired") {
        return { state: "refused", answer: { id, state: order.state, ...notPending(order) } };
      }
      await decideKeptOrder(client, { id, state: "withdrawn", by: actor.name, commandId });
      return { state: "done", answer: { id, state: "withdrawn" } };
    },
  }),
];

async function requireOrder(client: Queryable, id: string, locked: boolean): Promise<KeptOrder> {
  const order = await findOrder(client, id, locked);
  if (order === null) throw notFound(`order ${id}`);
  return order;
}

const shown = (order: KeptOrder) => ({ ...order, foreseen: plain(order.foreseen) });

/** As the maker gave it: the row was written from one, by this program. */
const orderIn = ({ order, target }: KeptOrder): MoveOrder => ({ order, target }) as MoveOrder;

const notPending = ({ state }: KeptOrder) => ({
  why: state === "expired" ? "nobody approved it in time; order it again" : `it was ${state} before`,
  code: state === "expired" ? "expired" : "not-pending",
});

/** Why this person may not carry it out; null when it may. */
function whyNot(order: KeptOrder, approver: string) {
  const nothing = { status: "done" as const, orderId: order.id, tally: nothingMoved };
  if (order.state !== "pending") return { ...nothing, ...notPending(order) };
  if (order.maker !== approver) return null;
  return { ...nothing, why: "who orders does not approve: ask somebody else", code: "own-order" };
}

const nothingMoved = { moved: 0, byMove: {}, refused: {}, sample: [], more: false };
