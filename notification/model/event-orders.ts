/** One thing that happens to a message whose claim check is on its way. */
export type OrderedEvent = "claim" | "send" | "result" | "lease-expired" | `receipt ${number}`;

/**
 * Every order in which a claimed message, its send, its result, the end of its lease and `receipts` receipts can come:
 * a claim before its send, a send before its result and before any receipt, a claim before the end of its lease. A
 * result or a lease's end that never comes is an order, too.
 */
export function eventOrders(receipts: number): readonly (readonly OrderedEvent[])[] {
  const told = Array.from({ length: receipts }, (_, index): OrderedEvent => `receipt ${index}`);
  return ([[], ["result"], ["lease-expired"], ["result", "lease-expired"]] as const).flatMap((perhaps) =>
    arrange([], ["claim", "send", ...perhaps, ...told]),
  );
}

function arrange(done: readonly OrderedEvent[], left: readonly OrderedEvent[]): (readonly OrderedEvent[])[] {
  if (left.length === 0) return [done];
  return left
    .filter((event) => mayCome(event, done))
    .flatMap((event) =>
      arrange(
        [...done, event],
        left.filter((other) => other !== event),
      ),
    );
}

function mayCome(event: OrderedEvent, done: readonly OrderedEvent[]): boolean {
  if (event === "claim") return true;
  if (event === "send" || event === "lease-expired") return done.includes("claim");
  return done.includes("send");
}
