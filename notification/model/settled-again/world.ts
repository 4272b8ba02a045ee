import type { Channel } from "../../channel.ts";
import { firstMessage } from "../../new-message.ts";
import type { NotificationRow } from "../../notification-row.ts";

/** Which of the two messages: that of the first generation of the bill, or that of the second. */
export type Which = "former" | "next";

/** A send of one message over one channel, as the provider knows it. */
export type Door = `${Which}/${Channel}`;

/** A send of the former message and how it ended. */
export type Recorded = `${Door} ${"accepted" | "unknown"}`;

/** What a consumer holds in memory; a crash forgets it. */
export type Consumer =
  | { readonly at: "idle" }
  | { readonly at: "claimed"; readonly which: Which; readonly copy: NotificationRow }
  | {
      readonly at: "ended";
      readonly which: Which;
      readonly copy: NotificationRow;
      readonly outcome: "accepted" | "permanent" | "unknown";
    };

/** A bill that is settled again, with the messages of both generations, and what the member has been told. */
export interface World {
  readonly former: NotificationRow;
  /** Null before the promotion, and when nothing was planned for it. */
  readonly next: NotificationRow | null;
  /** Whether the next message still has to find out what it is. */
  readonly follows: boolean;
  /** How far the second generation is: its messages are planned first, and it is live with its commit. */
  readonly stage: "first" | "planned" | "promoted";
  /** Whether a message was planned. */
  readonly hasPlan: boolean;
  /** The former one must not be tried again. */
  readonly withdrawn: boolean;
  readonly consumer: Consumer;
  /** Sends of the former message that were recorded with their outcome: what the next one looks at. */
  readonly recorded: readonly Recorded[];
  /** What providers have accepted, in its order: what the member was told. */
  readonly accepted: readonly Door[];
  /** Of these, what the provider has said to have bounced, to us too. */
  readonly bounced: readonly Door[];
  readonly refused: readonly Door[];
  /** The outcome of a send was lost: from then on nobody can know what the member was told. */
  readonly doubtful: boolean;
  /** A new message was accepted that should not have been, by the name of the law. */
  readonly wrong: string | null;
}

/** The first generation is live, its message planned for e-mail and then SMS. */
export function firstWorld(): World {
  return {
    former: planned(1),
    next: null,
    ...{ follows: false, stage: "first", hasPlan: false, withdrawn: false, consumer: { at: "idle" } },
    ...{ recorded: [], accepted: [], bounced: [], refused: [], doubtful: false, wrong: null },
  };
}

/** The message that a promotion plans. */
export function planned(generation: number): NotificationRow {
  return firstMessage({ billId: 1, generation }, ["email", "sms"], { dueAtMs: 0, reason: "released" });
}

/** Which message the member believes; undefined when nothing that was accepted has arrived. */
export function believed({ accepted, bounced }: World): Which | undefined {
  const last = accepted.findLast((door) => !bounced.includes(door));
  return last?.startsWith("former") === true ? "former" : last === undefined ? undefined : "next";
}

/** The row of a message that is there. */
export function rowOf(world: World, which: Which): NotificationRow | null {
  return which === "former" ? world.former : world.next;
}

/** The world with another row of that message. */
export function withRow(world: World, which: Which, row: NotificationRow): World {
  return which === "former" ? { ...world, former: row } : { ...world, next: row };
}

/** Equal for worlds that cannot be told apart. */
export function signature(world: World): string {
  const { former, next, consumer, recorded, accepted, bounced, refused } = world;
  const copy = consumer.at === "idle" ? "" : `${consumer.at}${consumer.which}${rowText(consumer.copy)}`;
  const outcome = consumer.at === "ended" ? consumer.outcome : "";
  const flags = [world.follows, world.hasPlan, world.withdrawn, world.doubtful].map(Number).join("");
  return [
    ...[rowText(former), next === null ? "" : rowText(next), world.stage, flags, copy, outcome],
    ...[[...recorded].sort(), accepted, [...bounced].sort(), [...refused].sort()].map((list) => list.join()),
    world.wrong ?? "",
  ].join("|");
}

function rowText(row: NotificationRow): string {
  const why = row.state === "DEAD" ? row.cause : "";
  return `${row.state}${why}${row.channel}${row.attempt}.${row.unknownOutcomes}${(row.bounced ?? []).join()}`;
}
