import type { NotificationEvent } from "../../notification-event.ts";
import type { NotificationRow } from "../../notification-row.ts";
import { FAR_MS } from "../dispatcher-steps.ts";
import { RECEIPT_PARTS } from "../parts.ts";
import type { AgainParts } from "./parts.ts";
import {
  believed,
  planned,
  rowOf,
  withRow,
  type Consumer,
  type Door,
  type Recorded,
  type Which,
  type World,
} from "./world.ts";

const { rules } = RECEIPT_PARTS;
const IDLE: Consumer = { at: "idle" };

/** One step of somebody; `work` is what the product does by itself. */
export interface AgainStep {
  readonly name: string;
  readonly world: World;
  readonly work: boolean;
}

/** Everything that can happen next: to either message, to the promotion, and what providers tell afterwards. */
export function stepsOf(world: World, parts: AgainParts): AgainStep[] {
  return [
    ...promotion(world, parts),
    ...(["former", "next"] as const).flatMap((which) => [
      ...moves(world, which, parts),
      ...receipts(world, which, parts),
    ]),
    ...consumerSteps(world, parts),
  ];
}

function work(name: string, world: World): AgainStep {
  return { name, world, work: true };
}

function bad(name: string, world: World): AgainStep {
  return { name, world, work: false };
}

function promotion(world: World, { sameAmount, plans, withdraws, transition }: AgainParts): AgainStep[] {
  if (world.stage === "first") {
    return [bad("plan", { ...world, stage: "planned", hasPlan: plans(world, sameAmount) })];
  }
  if (world.stage === "promoted") return [];
  const withdrawn = withdraws(world, sameAmount);
  const superseded = transition(world.former, { kind: "superseded" }, rules);
  const leaves = withdrawn && world.former.state !== "SENDING" && superseded.kind === "moved";
  const next = world.hasPlan ? planned(2) : null;
  const former = leaves ? superseded.row : world.former;
  return [
    work("promote", { ...world, ...{ stage: "promoted", withdrawn, former, next, follows: next !== null } }),
  ];
}

/** The dispatcher's moves of one message, and the claim. */
function moves(world: World, which: Which, parts: AgainParts): AgainStep[] {
  const row = rowOf(world, which);
  if (row === null) return [];
  if (which === "next" && world.follows && row.state === "SCHEDULED") return [following(world, row, parts)];
  const steps: AgainStep[] = [];
  const add = (name: string, event: NotificationEvent, then: (moved: NotificationRow) => World): void => {
    const result = parts.transition(row, event, rules);
    if (result.kind === "moved") steps.push(work(name, then(result.row)));
  };
  add("queue", { kind: "due", nowMs: FAR_MS }, (moved) => withRow(world, which, moved));
  add("the lease runs out", { kind: "lease-expired", nowMs: FAR_MS, machineNowMs: FAR_MS }, (moved) => ({
    ...withRow(world, which, withdrawnOr(world, which, moved, parts)),
    doubtful: true,
  }));
  if (world.consumer.at === "idle") {
    const provider = { chosen: "a", first: "a" };
    add("claim", { kind: "claim", seq: row.seq, provider, nowMs: 0, leaseUntilMs: 1 }, (moved) => ({
      ...withRow(world, which, moved),
      consumer: { at: "claimed", which, copy: moved },
    }));
  }
  return steps;
}

function withdrawnOr(
  { withdrawn }: World,
  which: Which,
  moved: NotificationRow,
  { transition }: AgainParts,
): NotificationRow {
  if (which === "next" || !withdrawn || moved.state === "SENT") return moved;
  const result = transition({ ...moved, state: "QUEUED" }, { kind: "superseded" }, rules);
  return result.kind === "moved" ? result.row : moved;
}

function following(world: World, row: NotificationRow, parts: AgainParts): AgainStep {
  const formerAmount = parts.sameAmount ? 200 : 100;
  const former = { generation: 1, amountMinor: formerAmount, fate: parts.fateOf(world) };
  const found = parts.followUp(200, [former]).kind;
  const result = parts.transition({ ...row }, { kind: "follow-up", nowMs: FAR_MS, found }, rules);
  const moved = result.kind === "moved" ? result.row : row;
  return work(`follow up: ${found}`, { ...withRow(world, "next", moved), follows: found === "wait" });
}

function consumerSteps(world: World, parts: AgainParts): AgainStep[] {
  const { consumer } = world;
  if (consumer.at === "idle") return [];
  const crash = bad("a consumer crashes", { ...world, consumer: IDLE });
  if (consumer.at === "ended") return [work("write", written(world, consumer, parts)), crash];
  const { which, copy } = consumer;
  const door: Door = `${which}/${copy.channel}`;
  const ended = (after: World, outcome: "accepted" | "permanent" | "unknown"): World => ({
    ...after,
    consumer: { at: "ended", which, copy, outcome },
    doubtful: after.doubtful || outcome === "unknown",
  });
  const refused = world.refused.includes(door);
  const known = world.accepted.includes(door);
  const after = known || refused ? world : accepting(world, door, parts);
  return [
    crash,
    bad("send, and nobody knows", ended(world, "unknown")),
    ...(refused ? [] : [work("send: accepted", ended(after, "accepted"))]),
    ...(refused ? [] : [bad("send: accepted, and the answer is lost", ended(after, "unknown"))]),
    ...(known
      ? []
      : [work("send: permanent", ended({ ...world, refused: union(world.refused, door) }, "permanent"))]),
  ];
}

/** The member is told; it is wrong to be told what is believed already, unless nobody can know. */
function accepting(world: World, door: Door, { sameAmount }: AgainParts): World {
  const belief = believed(world);
  const isAgain = belief !== undefined && (sameAmount || door.startsWith(belief));
  const wrong = isAgain && !world.doubtful ? "no member is told what he believes already" : world.wrong;
  return { ...world, accepted: [...world.accepted, door], wrong };
}

function written(
  world: World,
  { which, copy, outcome }: Extract<Consumer, { at: "ended" }>,
  parts: AgainParts,
): World {
  const row = rowOf(world, which);
  const { seq, messageGeneration, channel } = copy;
  const claimed = { seq, messageGeneration, channel, provider: copy.provider ?? "", nowMs: 0 };
  const event = { kind: "outcome", ...claimed, outcome: { kind: outcome }, mayFallBack: true } as const;
  const judged = parts.transition(copy, event, rules);
  const result =
    row === null || judged.kind === "refused" ? null : parts.written(row, { seq, copy: judged.row });
  const looksBack = which === "former" && outcome !== "permanent";
  const recorded = looksBack
    ? union<Recorded>(world.recorded, `${which}/${channel} ${outcome}`)
    : world.recorded;
  const idle = { ...world, consumer: IDLE, recorded };
  return result === null ? idle : withRow(idle, which, withdrawnOr(world, which, result, parts));
}

/** Of what was accepted: at any time, whatever became of the message since. */
function receipts(world: World, which: Which, parts: AgainParts): AgainStep[] {
  const row = rowOf(world, which);
  if (row === null) return [];
  const holds = which === "next" || parts.formerHolds(world, parts.sameAmount);
  return world.accepted
    .filter((door) => door.startsWith(which) && !world.bounced.includes(door))
    .flatMap((door) => {
      const channel = door.endsWith("email") ? "email" : "sms";
      return (["delivered", "hard-bounce"] as const).flatMap((what) => {
        const told = { kind: "receipt", what, messageGeneration: 1, channel, nowMs: FAR_MS } as const;
        const result = parts.transition(row, { ...told, billHolds: holds }, rules);
        const after = result.kind === "moved" ? withRow(world, which, result.row) : world;
        const bounced = what === "hard-bounce" ? union(world.bounced, door) : world.bounced;
        if (after === world && bounced === world.bounced) return [];
        return [bad(`receipt: ${what}`, { ...after, bounced })];
      });
    });
}

function union<Item>(list: readonly Item[], item: Item): readonly Item[] {
  return list.includes(item) ? list : [...list, item];
}
