import type { ProviderMode } from "./provider-proxy.ts";
import { seededRandom, type Random } from "./random.ts";

/** Processes of the delivery path, by their place. */
export const PLACES = [
  ...(["dispatcher", "email-0", "email-1", "sms-0", "push-0", "dead-letter", "receipts"] as const),
] as const;

/** One of them. */
export type Place = (typeof PLACES)[number];

/** Where a process can be killed between two steps (platform/fault-points.ts); to get to some it has to be killed before. */
const fatalPoints: readonly (readonly [Place, string, first?: string])[] = [
  ["dispatcher", "dispatcher.after-commit"],
  ["dispatcher", "dispatcher.after-produce"],
  ["dispatcher", "dispatcher.after-recovery", "dispatcher.after-commit"],
  ["dispatcher", "dispatcher.after-touch"],
  ["email-0", "consumer.after-poll"],
  ["email-1", "consumer.before-commit"],
  ["email-0", "consumer.after-claim"],
  ["email-1", "consumer.after-send"],
  ["email-0", "consumer.after-write"],
  ["sms-0", "consumer.before-commit"],
  ["sms-0", "consumer.after-send"],
  ["sms-0", "consumer.before-announce"],
  ["push-0", "consumer.after-send"],
  ["dead-letter", "dead-letter.before-commit"],
  ["receipts", "receipts.before-commit"],
  ["receipts", "receipts.after-commit"],
];

/** Something that goes wrong. */
export type Fault =
  | {
      readonly kind: "kill-at-point";
      readonly place: Place;
      readonly point: string;
      /** Where it is killed before. */
      readonly first?: string;
    }
  | { readonly kind: "kill"; readonly place: Place }
  | { readonly kind: "terminate"; readonly place: Place }
  /** SIGSTOP, and SIGCONT after so long. */
  | { readonly kind: "freeze"; readonly place: Place; readonly forMs: number }
  | { readonly kind: "kill-provider" }
  | { readonly kind: "kill-postgres" }
  | { readonly kind: "kill-kafka" }
  /** Every connection ends in the middle of what the server says next. */
  | { readonly kind: "cut-postgres" | "cut-kafka" }
  | { readonly kind: "provider"; readonly mode: ProviderMode; readonly forMs: number }
  /** The group starts again at the beginning of the topic, or has forgotten where it was. */
  | { readonly kind: "replay-topic" | "lose-offsets" }
  | { readonly kind: "repeat-and-shuffle" }
  | { readonly kind: "rebalance-storm" }
  | { readonly kind: "clock-jump"; readonly hours: 1 | -1 };

/** A fault and when it comes, from the start of the seed. */
export interface ScheduledFault {
  readonly atMs: number;
  readonly fault: Fault;
}

/** What one seed does. */
export interface Schedule {
  readonly seed: number;
  /** `noon` is far from quiet hours; an hour after `evening` they have begun. */
  readonly begins: "noon" | "evening";
  readonly faults: readonly ScheduledFault[];
}

/** Faults come within this time; the messages fall due in it too. */
export const faultyMs = 6_000;

type Draw = (random: Random) => Fault;

const providerModes: readonly ProviderMode[] = [
  ...(["fail-1", "fail-30", "fail-100", "hang", "throttle", "lose-answer", "accept-then-hang"] as const),
];

/** Weights: what costs seconds (a broker's start, a session time-out) comes less often. */
const draws: readonly (readonly [number, Draw])[] = [
  [10, (random) => pointFault(random)],
  [6, (random) => ({ kind: "kill", place: random.oneOf(PLACES) })],
  [2, (random) => ({ kind: "terminate", place: random.oneOf(PLACES) })],
  [3, (random) => ({ kind: "freeze", place: random.oneOf(PLACES), forMs: random.between(3_500, 6_000) })],
  // Longer than the session time-out of the group, 10 s.
  [1, (random) => ({ kind: "freeze", place: random.oneOf(PLACES), forMs: 12_000 })],
  [2, () => ({ kind: "kill-provider" })],
  [3, () => ({ kind: "kill-postgres" })],
  [2, () => ({ kind: "kill-kafka" })],
  [4, () => ({ kind: "cut-postgres" })],
  [3, () => ({ kind: "cut-kafka" })],
  [8, (random) => providerFault(random)],
  [1, () => ({ kind: "replay-topic" })],
  [1, () => ({ kind: "lose-offsets" })],
  [4, () => ({ kind: "repeat-and-shuffle" })],
  [1, () => ({ kind: "rebalance-storm" })],
  [3, (random) => ({ kind: "clock-jump", hours: random.oneOf([1, -1]) })],
];

/** The faults of a seed: always the same. */
export function scheduleOf(seed: number): Schedule {
  const random = seededRandom(seed);
  const begins = random.fraction() < 0.25 ? "evening" : "noon";
  const faults = Array.from({ length: random.between(3, 6) }, () => ({
    atMs: random.between(300, faultyMs),
    fault: drawn(random),
  }));
  const jumps = faults.some(({ fault }) => fault.kind === "clock-jump");
  // A frozen consumer does not see the clock jump: what it then sends belongs to no hour.
  const possible = faults.filter(({ fault }) => !(jumps && fault.kind === "freeze"));
  return { seed, begins, faults: possible.toSorted((one, other) => one.atMs - other.atMs) };
}

/** A fault by its name, as the table of what was hit counts it. */
export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case "kill-at-point":
      return `kill at ${fault.point}`;
    case "freeze":
      return fault.forMs > 10_000 ? "freeze beyond the session" : "freeze beyond the lease";
    case "provider":
      return `provider ${fault.mode}`;
    case "clock-jump":
      return `clock ${fault.hours > 0 ? "+" : "-"}1 h`;
    case "kill":
    case "terminate":
      return `${fault.kind} ${fault.place.replace(/-\d$/, "")}`;
    default:
      return fault.kind;
  }
}

function drawn(random: Random): Fault {
  let left = random.fraction() * draws.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, draw] of draws) {
    left -= weight;
    if (left < 0) return draw(random);
  }
  return pointFault(random);
}

function pointFault(random: Random): Fault {
  const [place, point, first] = random.oneOf(fatalPoints);
  return { kind: "kill-at-point", place, point, ...(first !== undefined && { first }) };
}

function providerFault(random: Random): Fault {
  return { kind: "provider", mode: random.oneOf(providerModes), forMs: random.between(800, 3_000) };
}
