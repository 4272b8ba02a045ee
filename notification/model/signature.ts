import { isHeld } from "../hold.ts";
import type { NotificationRow } from "../notification-row.ts";
import type { Consumer, World } from "./world.ts";

/**
 * Equal for worlds that cannot be told apart: times are left out, a `seq` is the row's or an old one, the consumers
 * have no names, and so on.
 */
export function signature(world: World): string {
  const age = (seq: number): string => (seq === world.row.seq ? "=" : seq > world.row.seq ? "+" : "-");
  const { row, dispatcher, provider } = world;
  const doing =
    dispatcher.at === "committed"
      ? `c${age(dispatcher.entry.seq)}${dispatcher.entry.channel}`
      : dispatcher.at === "produced"
        ? `p${age(dispatcher.seq)}`
        : "";
  // Of claim checks that are stale it is only of interest whether there are any.
  const log = world.log.map(({ seq, channel, committed }) =>
    seq === row.seq ? `${channel}${committed ? "c" : ""}` : "-",
  );
  return [
    rowText(row, age),
    world.withdrawn ? "w" : "",
    world.openBatches.includes(row.seq) ? "b" : "",
    distinct(log),
    doing,
    world.consumers
      .map((consumer) => consumerText(consumer, age))
      .sort()
      .join("&"),
    `${Object.values(provider).join("")}${world.removed ? "x" : ""}${world.repeatedCalls}${world.emailFailures}${world.emailGone ? "g" : ""}${world.unjustifiedSms ? "!" : ""}`,
  ].join("|");
}

/**
 * What is left of a claim that no longer holds is its channel, provider, message generation and whether it was accepted: nothing
 * else of it can be written. One that holds is a copy of the row.
 */
function consumerText(consumer: Consumer, age: (seq: number) => string): string {
  switch (consumer.at) {
    case "idle":
      return "";
    case "polled":
      return `p${age(consumer.entry.seq)}${consumer.entry.channel}`;
    case "claimed": {
      const { seq, channel, messageGeneration, provider } = consumer.copy;
      return `c${age(seq)}${channel}${provider ?? ""}${messageGeneration}`;
    }
    case "settled": {
      const { seq, copy } = consumer;
      if (copy === null || (age(seq) !== "=" && copy.state !== "SENT")) return "s";
      return `s${age(seq)}${rowText(copy, age)}`;
    }
  }
}

function rowText(row: NotificationRow, age: (seq: number) => string): string {
  const cause = row.state === "DEAD" ? row.cause : "";
  const bounced = (row.bounced ?? []).join();
  const at = `${row.channel}${row.provider ?? ""}`;
  if (row.state === "SENT") return `SENT${at}${row.messageGeneration}${row.unknownOutcomes}${bounced}`;
  return `${row.state}${cause}${isHeld(row) ? "h" : ""}${at}${row.attempt}${age(row.seq)}${row.unknownOutcomes}${row.messageGeneration}${row.fallbacks.length}${bounced}`;
}

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].sort().join();
}
