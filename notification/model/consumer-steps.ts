import type { Channel } from "../channel.ts";
import { maxAttempts } from "../retry-ladder.ts";
import type { SendOutcome } from "../notification-event.ts";
import type { NotificationRow } from "../notification-row.ts";
import type { ModelParts } from "./parts.ts";
import { bad, work, type Step } from "./step.ts";
import { withConsumer, withEntry, type Consumer, type LogEntry, type World } from "./world.ts";

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
  // The statement compares by itself: the transition is given what it wants to see.
  const event = { kind: "claim", seq: world.row.seq, nowMs: 0, leaseUntilMs: 1 } as const;
  const result = transition({ ...world.row, state: "QUEUED" }, event, rules);
  if (result.kind === "refused") return [];
  const claimed = withConsumer({ ...world, row: result.row }, index, { at: "claimed", copy: result.row });
  return [
    work("claim", committed(claimed, entry)),
    bad("claim, and the offset is not committed", claimed),
    // The database has it, and its answer never comes: asked again, the claim check is stale.
    bad("claim, and the answer is lost", { ...world, row: result.row }),
  ];
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
  const steps = [
    work("not admitted by the breaker", settle(world, { kind: "throttled", retryAfterMs: 1 }, false)),
  ];
  if (world.emailGone && copy.channel === "email") {
    const event = { kind: "unreachable", seq: copy.seq, nowMs: 0, why: "missing" } as const;
    const unreachable = parts.transition(copy, event, parts.rules);
    return [...steps, work("nowhere to send", settled(world, index, copy, unreachable))];
  }
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
  { seq, messageGeneration, channel }: NotificationRow,
  outcome: SendOutcome,
  mayFallBack: boolean,
): Parameters<ModelParts["transition"]>[1] {
  return { kind: "outcome", seq, messageGeneration, channel, nowMs: 0, outcome, mayFallBack };
}

/** The model has e-mail and SMS, whatever channels are registered besides. */
function isModelled(channel: Channel): channel is "email" | "sms" {
  return channel === "email" || channel === "sms";
}

/** The request has reached the provider; what is noted of it whatever the answer. */
function called(world: World, { channel, messageGeneration }: NotificationRow, emailTries: number): World {
  const { provider, row, emailFailures, emailGone } = world;
  if (!isModelled(channel) || messageGeneration !== row.messageGeneration) return world;
  const repeats = provider[channel] === "accepted" || provider[channel] === "bounced" ? 1 : 0;
  const emailIsOver =
    provider.email === "refused" || provider.email === "bounced" || emailFailures >= emailTries || emailGone;
  return {
    ...world,
    repeatedCalls: world.repeatedCalls + repeats,
    unjustifiedSms: world.unjustifiedSms || (channel === "sms" && !emailIsOver),
  };
}

interface Answer {
  readonly after: World;
  readonly outcome: SendOutcome;
}

/** Every answer of a provider that honours keys: what it accepted or refused for good stays so. */
function answers(
  world: World,
  { channel, messageGeneration }: NotificationRow,
  emailTries: number,
): Answer[] {
  // Nothing is asserted of a message that was redriven since; any answer to it is as good as another.
  if (!isModelled(channel) || messageGeneration !== world.row.messageGeneration) {
    return [
      { after: world, outcome: { kind: "accepted" } },
      { after: world, outcome: { kind: "transient" } },
    ];
  }
  const known = world.provider[channel];
  // Asked again, a provider answers as it did, whatever became of the message since.
  if (known === "accepted" || known === "bounced") return [{ after: world, outcome: { kind: "accepted" } }];
  if (known === "refused") return [{ after: world, outcome: { kind: "permanent" } }];
  const remembering = (memory: "accepted" | "refused"): World => ({
    ...world,
    provider: { ...world.provider, [channel]: memory },
  });
  const emailFailures = Math.min(emailTries, world.emailFailures + (channel === "email" ? 1 : 0));
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
