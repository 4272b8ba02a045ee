import { isHeld } from "../hold.ts";
import { isUnderWay, type NotificationRow } from "../notification-row.ts";
import { maxAttempts } from "../retry-ladder.ts";
import type { DeliveryRules } from "../transition.ts";
import type { Step } from "./step.ts";
import { channelOf, DOORS, doorOf, type World } from "./world.ts";

const laws: Readonly<Record<string, (world: World, rules: DeliveryRules) => boolean>> = {
  "one provider of one channel at most accepts a message that does not bounce": (world) =>
    accepts(world) <= 1,
  "no key is sent again after its acceptance but for an unknown outcome that is counted": (world) =>
    world.repeatedCalls <= world.row.unknownOutcomes,
  "SENT and DELIVERED only with an accept": (world) =>
    (world.row.state !== "SENT" && world.row.state !== "DELIVERED") || isAcceptedAsItSays(world),
  "dead without an accept, unless it says that nobody knows": (world) =>
    world.row.state !== "DEAD" || world.row.cause === "unknown-outcome" || accepts(world) === 0,
  "an SMS only after e-mail was refused, bounced, tried to its end or impossible": ({ unjustifiedSms }) =>
    !unjustifiedSms,
  "attempts and unknown outcomes stay within the policy": ({ row }, rules) =>
    row.attempt >= 0 &&
    row.attempt <= maxAttempts(rules.ladders[row.channel]) &&
    // What was given up as unknown and then bounced goes on, and may be unknown once more.
    row.unknownOutcomes <= rules.maxUnknownOutcomes + 1 + (row.bounced ?? []).length,
  "no offset is committed of a claim check that nobody took": ({ row, log, consumers }) =>
    row.state !== "QUEUED" ||
    !log.some(
      ({ seq, channel, committed }) =>
        committed && seq === row.seq && channel === row.channel && consumers.every(({ at }) => at === "idle"),
    ),
};

function accepts({ provider }: World): number {
  return DOORS.filter((door) => provider[door] === "accepted").length;
}

/** SENT names who accepted; DELIVERED too, unless a receipt proved it at a channel that the row had left. */
function isAcceptedAsItSays({ row, provider }: World): boolean {
  const door = doorOf(row);
  if (row.state === "SENT" || row.provider !== null) return door !== null && provider[door] === "accepted";
  return DOORS.some((other) => channelOf(other) === row.channel && provider[other] === "accepted");
}

/** The laws that a world breaks. */
export function worldLaws(world: World, rules: DeliveryRules): string[] {
  return Object.entries(laws).flatMap(([law, holds]) => (holds(world, rules) ? [] : [law]));
}

const leavings = new Set(["redrive", "resend"]);

const heldLaw = "what a person holds stays until it is let go, ends by order, or has arrived";

/** A held message is neither queued nor planned for a day by anything but its letting go. */
function breaksHold(before: NotificationRow, { world: { row }, name }: Step): boolean {
  if (!isHeld(before) || name === "let go" || isHeld(row)) return false;
  return isUnderWay(row);
}

/** The laws that a step breaks: the end of a message is left only by an order or a receipt, or for another end. */
export function stepLaws(before: NotificationRow, step: Step): string[] {
  const { name, world } = step;
  const { row } = world;
  if (breaksHold(before, step)) return [heldLaw];
  if (isUnderWay(before) || row.state === before.state || leavings.has(name)) return [];
  const wasUnknown = before.state === "DEAD" && before.cause === "unknown-outcome";
  const arrived = before.state === "SENT" || before.state === "DELIVERED";
  const delivered =
    name === "receipt: delivered" && row.state === "DELIVERED" && (before.state === "SENT" || wasUnknown);
  const bounced = name === "receipt: hard-bounce" && (arrived || wasUnknown);
  const superseded = before.state === "DEAD" && row.state === "SUPERSEDED" && name === "superseded";
  return delivered || bounced || superseded ? [] : ["an end is left by an order or a receipt only"];
}
