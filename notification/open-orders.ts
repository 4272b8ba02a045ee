import { decideOrder, type DeliveryOrder, type OrderedMessage, type OrderRefusal } from "./delivery-order.ts";

/** What a person can order for one message, in the order in which it is offered. */
export const ORDER_KINDS = [
  "force",
  "reserve",
  "redrive",
  "convert",
  "resend",
  "hold",
  "let-go",
  "cancel",
] as const satisfies readonly DeliveryOrder["kind"][];

/** Whether one kind of order would move a message now. */
export interface OrderChance {
  readonly kind: DeliveryOrder["kind"];
  /** Why it would change nothing; null = it would move the message. */
  readonly why: OrderRefusal | null;
}

const soonMs = 3_600_000;
const because = "asked";

/** Each kind in the form that is refused least: what a dialog lets a person add (a reason, "even if it may have arrived") is added. */
function furthest(kind: DeliveryOrder["kind"], nowMs: number): DeliveryOrder {
  switch (kind) {
    case "force":
      return { kind, evenInQuietHours: false, why: "" };
    case "reserve":
      return { kind, atMs: nowMs + soonMs, evenInQuietHours: false, why: "" };
    case "redrive":
      return { kind, evenIfMaybeSent: true };
    case "convert":
      return { kind, channel: "sms", evenIfMaybeSent: true };
    case "resend":
    case "hold":
      return { kind, why: because };
    case "let-go":
    case "cancel":
      return { kind };
  }
}

/** What may be ordered for a message now, and why what may not: the answers of `decideOrder` itself. A conversion is one to SMS. Pure. */
export function orderChances(message: OrderedMessage, nowMs: number): readonly OrderChance[] {
  return ORDER_KINDS.map((kind) => {
    const decision = decideOrder(message, furthest(kind, nowMs), nowMs);
    return { kind, why: decision.kind === "refused" ? decision.why : null };
  });
}
