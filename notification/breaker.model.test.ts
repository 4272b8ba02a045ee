import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { admitSends, CLOSED_BREAKER, mayFallBack, recordSends, type Breaker } from "./breaker.ts";

/*
 * Everything that one provider's breaker, a consumer and three messages can do, in any order, while the provider goes down
 * and comes back at any moment. Time passes in ticks. A hopeless message fails whatever the provider does. Each world is
 * asked whether an outage drives messages to the next channel, and whether, once the provider stays as it is, everything
 * comes to an end within a bounded time: the breaker's livelock was that it did not.
 */
const TICK_MS = 10;
const POLICY = {
  ...{ windowMs: 3 * TICK_MS, minSends: 1, failureFraction: 0.5, openMs: TICK_MS, probeSends: 1 },
  undecidedMs: 2 * TICK_MS,
};
const ATTEMPTS = 2;
/** Ticks within which all must be over: each failure that says something costs an opening, each that waits a probe. */
const BOUND = 20;

interface Message {
  readonly hopeless: boolean;
  /** Failed attempts; a permanent refusal spends all at once. */
  readonly failed: number;
  readonly at: "due" | "waiting" | "sent" | "left";
}

interface World {
  readonly breaker: Breaker;
  readonly nowMs: number;
  readonly isUp: boolean;
  readonly messages: readonly Message[];
}

/** The parts that a mutant changes. */
interface Parts {
  readonly mayFallBack: typeof mayFallBack;
  /** Whether a failure of a message that waits says something. */
  readonly waitingIsEvidence: boolean;
}

const REAL: Parts = { mayFallBack, waitingIsEvidence: false };

function isOpen({ at }: Message): boolean {
  return at === "due" || at === "waiting";
}

/** A consumer takes what there is: those that say something first, as far as the breaker admits. */
function batch(world: World, parts: Parts, permanent: boolean): World {
  const waits = (message: Message): boolean => message.at === "waiting" && !parts.waitingIsEvidence;
  const wanted = { others: 0, waiting: 0 };
  for (const message of world.messages) if (isOpen(message)) wanted[waits(message) ? "waiting" : "others"]++;
  const { breaker, admitted } = admitSends(world.breaker, wanted, world.nowMs, POLICY);
  const left = { ...admitted };
  return world.messages.reduce<World>(
    (after, message, index) => {
      if (!isOpen(message)) return after;
      return left[waits(message) ? "waiting" : "others"]-- > 0 ? send(after, index, parts, permanent) : after;
    },
    { ...world, breaker },
  );
}

function send(world: World, index: number, parts: Parts, permanent: boolean): World {
  const message = world.messages[index];
  assert.ok(message);
  const accepted = world.isUp && !message.hopeless;
  const isWaiting = message.at === "waiting";
  const isSilent = isWaiting && !accepted && !parts.waitingIsEvidence;
  const tally = {
    ...{ atMs: world.nowMs, sends: isSilent ? 0 : 1, failures: accepted || isSilent ? 0 : 1 },
    slow: 0,
    silent: isSilent ? 1 : 0,
  };
  const breaker = recordSends(world.breaker, tally, POLICY);
  const failed = accepted || permanent ? ATTEMPTS : Math.min(ATTEMPTS, message.failed + 1);
  const falls = failed === ATTEMPTS;
  const leaves = parts.mayFallBack(breaker, isWaiting, world.nowMs, POLICY);
  const at = accepted ? "sent" : !falls ? "due" : leaves ? "left" : "waiting";
  const messages = world.messages.with(index, { ...message, failed, at });
  return { ...world, breaker, messages };
}

function successors(world: World, parts: Parts): World[] {
  return [
    { ...world, nowMs: world.nowMs + TICK_MS },
    { ...world, isUp: !world.isUp },
    batch(world, parts, false),
    batch(world, parts, true),
  ];
}

/** Times count from now, and what lies beyond every limit is one. */
function signature({ breaker, nowMs, isUp, messages }: World): string {
  const age = (ms: number | null): number => (ms === null ? -1 : Math.min(nowMs - ms, 5 * TICK_MS));
  const aged = JSON.stringify(breaker, (key, value: unknown) =>
    key.endsWith("Ms") ? age(value as number | null) : value,
  );
  return `${aged}|${isUp}|${messages.map(({ hopeless, failed, at }) => `${hopeless}${failed}${at}`).join()}`;
}

/** The worlds that can be reached from a closed breaker, and the laws that are broken on the way. */
function explore(hopeless: readonly boolean[], parts: Parts): { worlds: World[]; broken: Set<string> } {
  const messages = hopeless.map((each) => ({ hopeless: each, failed: 0, at: "due" }) as const);
  const first: World = { breaker: CLOSED_BREAKER, nowMs: 0, isUp: true, messages };
  const seen = new Map([[signature(first), first]]);
  const frontier = [first];
  const broken = new Set<string>();
  for (let world = frontier.pop(); world !== undefined; world = frontier.pop()) {
    if (!endsInTime(world, parts)) broken.add("it ends");
    for (const next of successors(world, parts)) {
      if (textsInOutage(world, next)) broken.add("an outage texts nobody");
      const name = signature(next);
      if (seen.has(name)) continue;
      seen.set(name, next);
      frontier.push(next);
    }
  }
  return { worlds: [...seen.values()], broken };
}

/** A message leaves while the provider is down and suspected, although another is there that could say so. */
function textsInOutage(before: World, after: World): boolean {
  const leaves = after.messages.some(
    ({ at }, index) => at === "left" && before.messages[index]?.at !== "left",
  );
  const isSuspected = before.breaker.kind !== "closed";
  return leaves && isSuspected && !before.isUp && before.messages.some(({ at }) => at === "due");
}

/** Work alone, the provider staying as it is: everything is sent or has left. */
function endsInTime(world: World, parts: Parts): boolean {
  let current = world;
  for (let tick = 0; tick < BOUND && current.messages.some(isOpen); tick++) {
    current = batch(current, parts, false);
    current = { ...current, nowMs: current.nowMs + TICK_MS };
  }
  return !current.messages.some(isOpen);
}

void describe("in every world that can be reached", () => {
  for (const hopeless of [
    [true, true, true],
    [true, true, false],
    [true, false, false],
    [false, false, false],
  ]) {
    test(`${hopeless.filter(Boolean).length} hopeless of three: it ends, and an outage texts nobody`, (t) => {
      const { worlds, broken } = explore(hopeless, REAL);
      t.diagnostic(`${worlds.length} worlds`);
      assert.deepEqual([...broken], []);
      assert.ok(worlds.length > 100);
      assert.ok(worlds.some(({ breaker, messages }) => breaker.kind !== "closed" && !messages.some(isOpen)));
    });
  }
});

void describe("broken on purpose it is found out", () => {
  test("a breaker that only hopeless addresses probe never closes", () => {
    const closedOnly = (breaker: Breaker): boolean => breaker.kind === "closed";
    const { broken } = explore([true, true, false], { mayFallBack: closedOnly, waitingIsEvidence: true });
    assert.deepEqual([...broken], ["it ends"]);
  });
  test("silence alone closes nothing", () => {
    const closedOnly = (breaker: Breaker): boolean => breaker.kind === "closed";
    const { broken } = explore([true, true, true], { mayFallBack: closedOnly, waitingIsEvidence: false });
    assert.deepEqual([...broken], ["it ends"]);
  });
  test("a message that waits leaves although others could say something", () => {
    const whenProbing = (breaker: Breaker): boolean => breaker.kind !== "open";
    const { broken } = explore([true, false, false], { mayFallBack: whenProbing, waitingIsEvidence: false });
    assert.ok(broken.has("an outage texts nobody"));
  });
});
