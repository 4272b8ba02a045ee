import { maxAttempts } from "../retry-ladder.ts";
import type { SendOutcome } from "../notification-event.ts";
import type { NotificationRow } from "../notification-row.ts";
import type { ModelParts } from "./parts.ts";
import { bad, work, type Step } from "./step.ts";
import { doorOf, withConsumer, withEntry, type Consumer, type LogEntry, type World } from "./world.ts";

const IDLE: Consumer = { at: "idle" };

/** What one consumer can do next: consumers/pipeline, one step for each poll, claim, commit, send and write. */
export function consumerSteps(world: World, index: number, parts: ModelParts): Step[] {
  const consumer = world.consumers[index] ?? IDLE;
  const crash = bad("a consumer crashes", withConsumer(world, index, IDLE));
  switch (consumer.at) {
    case "idle":
      return polls(world, index, parts);
    case "polled":
      return [...claim(world, index, consumer.entry, parts), crash];
    case "claimed":
      return [...sends(world, index, consumer.copy, parts), crash];
    case "settled":
      return [write(world, index, consumer, parts), crash];
  }
}

function polls(world: World, index: number, { commitsFirst }: ModelParts): Step[] {
  return world.log
    .filter(({ committed }) => !committed)
    .map(({ seq, channel }) => {
      const polled = withConsumer(world, index, { at: "polled", entry: { seq, channel } });
      return work("poll", commitsFirst ? committed(polled, { seq, channel }) : polled);
    });
}

function claim(
  world: World,
  index: number,
  entry: Omit<LogEntry, "committed">,
  { transition, mayClaim, rules }: ModelParts,
): Step[] {
  if (!mayClaim(world.row, entry)) {
    return [work("find the claim check stale", committed(withConsumer(world, index, IDLE), entry))];
  }
  return choices(world, entry).flatMap((chosen) => {
    const provider = { chosen, first: entry.channel === "email" ? "b" : "a" };
    // The statement compares by itself: the transition is given what it wants to see.
    const event = { kind: "claim", seq: world.row.seq, provider, nowMs: 0, leaseUntilMs: 1 } as const;
    const result = transition({ ...world.row, state: "QUEUED" }, event, rules);
    if (result.kind === "refused") return [];
    const claimed = withConsumer({ ...world, row: result.row }, index, { at: "claimed", copy: result.row });
    return [
      work("claim", committed(claimed, entry)),
      bad("claim, and the offset is not committed", claimed),
      // The database has it, and its answer never comes: asked again, the claim check is stale.
      bad("claim, and the answer is lost", { ...world, row: result.row }),
    ];
  });
}

/** Whom a consumer may choose; one that has not heard yet that `a` is removed is a consumer that claimed before. */
function choices(world: World, { channel }: Omit<LogEntry, "committed">): readonly string[] {
  if (channel !== "email") return ["a"];
  if (world.removed) return ["b"];
  // Both are alike until one of them is touched: half of the worlds are the other half with the names changed.
  return isUntouched(world) ? ["a"] : ["a", "b"];
}

function isUntouched({ provider, row, consumers }: World): boolean {
  const copies = consumers.map((consumer) => ("copy" in consumer ? consumer.copy : null));
  return (
    provider["email/a"] === "new" &&
    provider["email/b"] === "new" &&
    [row, ...copies].every((one) => (one?.provider ?? null) === null)
  );
}

function committed(world: World, entry: Omit<LogEntry, "committed">): World {
  const inLog = world.log.some(({ seq, channel }) => seq === entry.seq && channel === entry.channel);
  return inLog ? withEntry(world, { ...entry, committed: true }) : world;
}

function sends(world: World, index: number, copy: NotificationRow, parts: ModelParts): Step[] {
  const settle = (after: World, outcome: SendOutcome, mayFallBack: boolean): World =>
    settled(
      after,
      index,
      copy,
      parts.transition(copy, outcomeEvent(copy, outcome, mayFallBack), parts.rules),
    );
  const emailTries = maxAttempts(parts.rules.ladders.email);
  const heldBack = { kind: "held-back", seq: copy.seq, nowMs: 0, waitMs: 1, reason: "throttled" } as const;
  const held = settled(world, index, copy, parts.transition(copy, heldBack, parts.rules));
  const steps = [work("held back", held)];
  if (world.emailGone && copy.channel === "email") {
    const event = { kind: "unreachable", seq: copy.seq, nowMs: 0, why: "missing" } as const;
    const unreachable = parts.transition(copy, event, parts.rules);
    return [...steps, work("nowhere to send", settled(world, index, copy, unreachable))];
  }
  if (world.removed && doorOf(copy) === "email/a") {
    steps.push(work("nobody there to send at", settle(world, { kind: "unknown" }, true)));
  }
  // Also of a removed one: a consumer that was started before does not know yet.
  for (const { after, outcome } of answers(called(world, copy, emailTries), copy, emailTries)) {
    steps.push(work(`send: ${outcome.kind}`, settle(after, outcome, true)));
    steps.push(work(`send, breaker open: ${outcome.kind}`, settle(after, outcome, false)));
    steps.push(bad("send, and the answer is lost", settle(after, { kind: "unknown" }, true)));
  }
  return steps;
}

function settled(
  world: World,
  index: number,
  { seq }: NotificationRow,
  result: ReturnType<ModelParts["transition"]>,
): World {
  return withConsumer(world, index, {
    at: "settled",
    seq,
    copy: result.kind === "moved" ? result.row : null,
  });
}

function outcomeEvent(
  { seq, messageGeneration, channel, provider }: NotificationRow,
  outcome: SendOutcome,
  mayFallBack: boolean,
): Parameters<ModelParts["transition"]>[1] {
  const claimed = { seq, messageGeneration, channel, provider: provider ?? "" };
  return { kind: "outcome", ...claimed, nowMs: 0, outcome, mayFallBack };
}

/** The request has reached the provider; what is noted of it whatever the answer. */
function called(world: World, copy: NotificationRow, emailTries: number): World {
  const { provider, row, emailFailures, emailGone } = world;
  const door = doorOf(copy);
  if (door === null || copy.messageGeneration !== row.messageGeneration) return world;
  const repeats = provider[door] === "accepted" || provider[door] === "bounced" ? 1 : 0;
  const hasEnded = [provider["email/a"], provider["email/b"]].some(
    (memory) => memory === "refused" || memory === "bounced",
  );
  const emailIsOver = hasEnded || emailFailures >= emailTries || emailGone;
  return {
    ...world,
    repeatedCalls: world.repeatedCalls + repeats,
    unjustifiedSms: world.unjustifiedSms || (door === "sms/a" && !emailIsOver),
  };
}

interface Answer {
  readonly after: World;
  readonly outcome: SendOutcome;
}

/** Every answer of a provider that honours keys: what it accepted or refused for good stays so. */
function answers(world: World, copy: NotificationRow, emailTries: number): Answer[] {
  const door = doorOf(copy);
  // Nothing is asserted of a message that was redriven since; any answer to it is as good as another.
  if (door === null || copy.messageGeneration !== world.row.messageGeneration) {
    return [
      { after: world, outcome: { kind: "accepted" } },
      { after: world, outcome: { kind: "transient" } },
    ];
  }
  const known = world.provider[door];
  // Asked again, a provider answers as it did, whatever became of the message since.
  if (known === "accepted" || known === "bounced") return [{ after: world, outcome: { kind: "accepted" } }];
  if (known === "refused") return [{ after: world, outcome: { kind: "permanent" } }];
  const remembering = (memory: "accepted" | "refused"): World => ({
    ...world,
    provider: { ...world.provider, [door]: memory },
  });
  const emailFailures = Math.min(emailTries, world.emailFailures + (door === "sms/a" ? 0 : 1));
  return [
    { after: remembering("accepted"), outcome: { kind: "accepted" } },
    { after: remembering("refused"), outcome: { kind: "permanent" } },
    { after: { ...world, emailFailures }, outcome: { kind: "transient" } },
    { after: world, outcome: { kind: "throttled", retryAfterMs: 1 } },
  ];
}

function write(
  world: World,
  index: number,
  { seq, copy }: Extract<Consumer, { at: "settled" }>,
  { written, transition, rules }: ModelParts,
): Step {
  const idle = withConsumer(world, index, IDLE);
  const row = copy === null ? null : written(world.row, { seq, copy });
  if (row === null) return work("write a result that comes too late", idle);
  if (world.withdrawn && row.state !== "SENT") {
    const superseded = transition({ ...world.row, state: "QUEUED" }, { kind: "superseded" }, rules);
    if (superseded.kind === "moved") return work("write: superseded", { ...idle, row: superseded.row });
  }
  return work(`write: ${row.state}`, { ...idle, row });
}
