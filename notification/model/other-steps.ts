import type { NotificationEvent } from "../notification-event.ts";
import { FAR_MS } from "./dispatcher-steps.ts";
import type { ModelParts } from "./parts.ts";
import { bad, work, type Step } from "./step.ts";
import { channelOf, DOORS, NEW_KEY, type World } from "./world.ts";

/** What Kafka can lose or repeat, a member whose address disappears, and a provider that is configured no more. */
export function accidents(world: World, { contactsVanish, providersVanish }: ModelParts): Step[] {
  const steps: Step[] = [];
  if (providersVanish && !world.removed) {
    steps.push(bad("a provider is removed", { ...world, removed: true }));
  }
  if (world.log.some(({ committed }) => committed)) {
    const log = world.log.map((entry) => ({ ...entry, committed: false }));
    steps.push(bad("the topic is replayed", { ...world, log }));
  }
  for (const entry of world.log) {
    steps.push(bad("a claim check is lost", { ...world, log: world.log.filter((other) => other !== entry) }));
  }
  if (contactsVanish && !world.emailGone) {
    steps.push(bad("the address disappears", { ...world, emailGone: true }));
  }
  return steps;
}

const channels = ["email", "sms"] as const;
const orders: readonly NotificationEvent[] = [
  { kind: "recall", nowMs: FAR_MS },
  { kind: "cancel" },
  { kind: "hold" },
  { kind: "redrive", nowMs: FAR_MS, channels },
  { kind: "resend", nowMs: FAR_MS, channels, why: "lost" },
];

/** What people order, and the receipts of providers. At most one redrive or resend, or the search would not end. */
export function orderSteps(world: World, { transition, rules }: ModelParts): Step[] {
  const steps: Step[] = [];
  const add = (name: string, after: World): void => {
    steps.push({ name, world: after, kind: "person" });
  };
  for (const order of orders) {
    const result = transition(world.row, order, rules);
    if (result.kind === "refused" || result.row.messageGeneration > 2) continue;
    const isNew = result.row.messageGeneration > world.row.messageGeneration;
    add(order.kind, isNew ? newMessage(world, result.row) : { ...world, row: result.row });
  }
  const letGo = transition(world.row, { kind: "let-go", due: { dueAtMs: 0, reason: "released" } }, rules);
  // The one order that an end may need: what a person holds waits for that person.
  if (letGo.kind === "moved") steps.push(work("let go", { ...world, row: letGo.row }));
  const superseded = transition(world.row, { kind: "superseded" }, rules);
  if (superseded.kind === "moved") {
    const row = world.row.state === "SENDING" ? world.row : superseded.row;
    add("superseded", { ...world, row, withdrawn: true });
  }
  return steps;
}

/**
 * The receipts of providers, of what they have accepted: at any time and any number of times. Soft bounces move
 * nothing. A receipt is the provider's step and no end may depend on it, so it is no work.
 */
export function receiptSteps(world: World, { transition, rules }: ModelParts): Step[] {
  const steps: Step[] = [];
  for (const door of DOORS) {
    const memory = world.provider[door];
    if (memory !== "accepted" && memory !== "bounced") continue;
    const channel = channelOf(door);
    for (const what of ["delivered", "hard-bounce"] as const) {
      const { messageGeneration } = world.row;
      const billHolds = !world.withdrawn;
      const told = { kind: "receipt", what, messageGeneration, channel, nowMs: FAR_MS, billHolds } as const;
      const received = transition(world.row, told, rules);
      const row = received.kind === "moved" ? received.row : world.row;
      const provider = what === "hard-bounce" ? { ...world.provider, [door]: "bounced" } : world.provider;
      if (row === world.row && provider[door] === memory) continue;
      steps.push(bad(`receipt: ${what}`, { ...world, row, provider }));
    }
  }
  return steps;
}

/** New keys: the providers know nothing of them. */
function newMessage(world: World, row: World["row"]): World {
  const history = { repeatedCalls: 0, emailFailures: 0, emailGone: false, unjustifiedSms: false };
  return { ...world, ...history, row, provider: NEW_KEY, withdrawn: false };
}
