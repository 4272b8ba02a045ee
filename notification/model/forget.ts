import { isUnderWay, type NotificationRow } from "../notification-row.ts";
import type { ModelParts } from "./parts.ts";
import type { Consumer, LogEntry, World } from "./world.ts";

const IDLE: Consumer = { at: "idle" };

/**
 * The world without what can have no effect any more: stale claim checks, results that can never be written, batches
 * of an earlier queueing. What has no effect is asked of the parts, so a part that is broken keeps it.
 */
export function forget(world: World, parts: ModelParts): World {
  const { row, dispatcher } = world;
  // A row at its end is queued under a new `seq` or never again.
  const claimable = (entry: Omit<LogEntry, "committed">): boolean =>
    isUnderWay(row) && parts.mayClaim({ ...row, channel: entry.channel, state: "QUEUED" }, entry);
  const isLost = (seq: number, copy: NotificationRow): boolean =>
    parts.written({ ...row, state: "SENDING", leaseUntilMs: 0 }, { seq, copy }) === null;
  const settle = (consumer: Consumer): Consumer => {
    if (consumer.at === "polled") return claimable(consumer.entry) ? consumer : IDLE;
    if (consumer.at === "idle" || consumer.copy === null) return IDLE;
    if (consumer.at === "settled") return isLost(consumer.seq, consumer.copy) ? IDLE : consumer;
    // Of a message that was redriven or resent since: not even a success would be written.
    const { copy } = consumer;
    const isFormer = copy.messageGeneration !== row.messageGeneration;
    return isFormer && isLost(copy.seq, { ...copy, state: "SENT" }) ? IDLE : consumer;
  };
  const [first, second] = world.consumers;
  const isOld =
    (dispatcher.at === "committed" && !claimable(dispatcher.entry)) ||
    (dispatcher.at === "produced" && (dispatcher.seq !== row.seq || !isUnderWay(row)));
  return {
    ...world,
    consumers: [settle(first), settle(second)],
    log: world.log.filter(claimable),
    openBatches: world.openBatches.filter((seq) => seq === row.seq && isUnderWay(row)),
    dispatcher: isOld ? { at: "idle" } : dispatcher,
  };
}
