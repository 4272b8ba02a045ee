import type { z } from "zod";
import type { Channel } from "../../../notification/channel.ts";
import type { DeliveryOrder } from "../../../notification/delivery-order.ts";
import type { OrderTarget } from "../../../desk/orders/order-target.ts";
import { given } from "../../../platform/given.ts";
import type { orderBodies, orderTarget } from "./order-schemas.ts";

/** What can be ordered. */
export type OrderKind = keyof typeof orderBodies;

/** A body of any order, parsed. */
export type OrderBody<Kind extends OrderKind> = z.output<(typeof orderBodies)[Kind]>;

/** The order that a body says, by its kind. */
export const orderOf: {
  readonly [Kind in OrderKind]: (body: OrderBody<Kind>) => DeliveryOrder;
} = {
  force: ({ evenInQuietHours, reason = "" }) => ({ kind: "force", evenInQuietHours, why: reason }),
  reserve: ({ at, evenInQuietHours, reason = "" }) => {
    return { kind: "reserve", atMs: Date.parse(at), evenInQuietHours, why: reason };
  },
  resend: ({ reason }) => ({ kind: "resend", why: reason }),
  redrive: ({ evenIfMaybeSent }) => ({ kind: "redrive", evenIfMaybeSent }),
  convert: ({ to, evenIfMaybeSent }) => ({ kind: "convert", channel: to as Channel, evenIfMaybeSent }),
  cancel: () => ({ kind: "cancel" }),
};

/** The states that each order is for, where it names messages by a filter. Undefined = all in which one is under way. */
const statesOf: Readonly<Record<OrderKind, readonly string[] | undefined>> = {
  force: ["SCHEDULED"],
  reserve: ["SCHEDULED"],
  resend: ["SENT", "DELIVERED"],
  redrive: ["DEAD"],
  convert: ["DEAD"],
  cancel: undefined,
};

/** The messages that a body names, as the order is kept with. */
export function targetOf(
  kind: OrderKind,
  { target, limit }: { readonly target: z.output<typeof orderTarget>; readonly limit: number },
): OrderTarget {
  switch (target.kind) {
    case "bills":
      return { bills: target.billIds };
    case "member":
      return { member: target.memberId, period: target.period };
    case "letters":
      // One that was redriven meanwhile is named as such, not skipped.
      return { letters: { ids: target.ids, redriven: true }, limit };
    case "all-letters": {
      const { kind: _, ...filter } = target;
      return { letters: given(filter), limit };
    }
    case "messages": {
      const { kind: _, period, generation, ...rest } = target;
      return { filter: { period, generation, ...given({ ...rest, among: statesOf[kind] }) }, limit };
    }
  }
}
