import assert from "node:assert/strict";
import test from "node:test";
import type { Channel } from "./channel.ts";
import { firstMessage } from "./new-message.ts";
import type { SendOutcome } from "./notification-event.ts";
import { isUnderWay, type NotificationRow } from "./notification-row.ts";
import { transition } from "./state.ts";
import type { DeliveryRules } from "./transition.ts";

/*
 * An exhaustive search of everything that one dispatcher, two consumers and two providers a channel can do to one message,
 * in any order, with a crash possible between any two steps. Time is left out: whatever could be due or have expired may be
 * at any moment, which covers every slow process and every pause. The rules are small so that the search ends; the
 * transitions are the real ones.
 */
const RULES: DeliveryRules = {
  ladders: {
    email: { delaysMs: [1_000], jitterFraction: 0 },
    sms: { delaysMs: [], jitterFraction: 0 },
    push: { delaysMs: [], jitterFraction: 0 },
  },
  maxUnknownOutcomes: 2,
  quiet: { zone: "Asia/Seoul", windows: [] },
};

/** A time at which everything is due and every lease has run out. */
const FAR_MS = Date.UTC(2100, 0, 1);

/** What a consumer holds in memory; a crash forgets it. */
type Consumer =
  | { readonly at: "idle" }
  | ({ readonly at: "claimed" } & Claim)
  | ({ readonly at: "ended"; readonly outcome: SendOutcome } & Claim);

interface Claim {
  readonly seq: number;
  readonly channel: Channel;
  readonly provider: string;
}

/** `email/a`: providers share nothing, least of all the keys that they have seen. */
type Door = `${Channel}/${string}`;

const PROVIDERS = ["a", "b"];

interface World {
  readonly row: NotificationRow;
  /** Claim checks in Kafka. They stay: any may be delivered again at any time. */
  readonly published: readonly number[];
  readonly consumers: readonly [Consumer, Consumer];
  /** A provider honours keys: what it accepted it accepts again without sending, what it refused stays refused. */
  readonly accepted: readonly Door[];
  readonly refused: readonly Door[];
  /** Calls for a key that the provider had accepted already. */
  readonly repeatedCalls: number;
}

const IDLE: Consumer = { at: "idle" };

function start(): World {
  const row = firstMessage({ billId: 1, generation: 1 }, ["email", "sms"], {
    dueAtMs: 0,
    reason: "released",
  });
  return { row, published: [], consumers: [IDLE, IDLE], accepted: [], refused: [], repeatedCalls: 0 };
}

/** Every world that one step of anybody leads to. */
function successors(world: World): World[] {
  return [...dispatcherSteps(world), ...[0, 1].flatMap((index) => consumerSteps(world, index))];
}

function dispatcherSteps(world: World): World[] {
  const { row, published } = world;
  const next: World[] = [];
  for (const kind of ["due", "lease-expired"] as const) {
    const result = transition(row, { kind, machineNowMs: FAR_MS, nowMs: FAR_MS }, RULES);
    if (result.kind === "moved") next.push({ ...world, row: result.row });
  }
  // Producing is a step of its own: the dispatcher may die between its commit and Kafka's acknowledgement.
  if (row.state === "QUEUED") next.push({ ...world, published: [...published, row.seq] });
  return next;
}

function consumerSteps(world: World, index: number): World[] {
  const consumer = world.consumers[index] ?? IDLE;
  switch (consumer.at) {
    case "idle":
      return world.published.flatMap((seq) => claims(world, index, seq));
    case "claimed":
      return [withConsumer(world, index, IDLE), ...sends(world, index, consumer)];
    case "ended": {
      const { seq, channel, provider, outcome } = consumer;
      const judged = [true, false].map((mayFallBack) => {
        const event = { kind: "outcome", messageGeneration: 1, mayFallBack, nowMs: 0 } as const;
        const result = transition(world.row, { ...event, seq, channel, provider, outcome }, RULES);
        const row = result.kind === "moved" ? result.row : world.row;
        return withConsumer({ ...world, row }, index, IDLE);
      });
      return [withConsumer(world, index, IDLE), ...judged];
    }
  }
}

function claims(world: World, index: number, seq: number): World[] {
  return PROVIDERS.flatMap((chosen) => {
    const provider = { chosen, first: "a" };
    const result = transition(world.row, { kind: "claim", seq, provider, nowMs: 0, leaseUntilMs: 1 }, RULES);
    if (result.kind === "refused" || result.row.provider === null) return [];
    const claim = { seq, channel: result.row.channel, provider: result.row.provider };
    return [withConsumer({ ...world, row: result.row }, index, { at: "claimed", ...claim })];
  });
}

function sends(world: World, index: number, { seq, channel, provider }: Claim): World[] {
  const door: Door = `${channel}/${provider}`;
  const end = (after: World, outcome: SendOutcome): World =>
    withConsumer(after, index, { at: "ended", seq, channel, provider, outcome });
  const lost: SendOutcome = { kind: "unknown" };
  if (world.accepted.includes(door)) {
    const again = { ...world, repeatedCalls: world.repeatedCalls + 1 };
    return [end(again, { kind: "accepted" }), end(again, lost)];
  }
  if (world.refused.includes(door)) return [end(world, { kind: "permanent" }), end(world, lost)];
  const accepts = { ...world, accepted: [...world.accepted, door] };
  const refuses = { ...world, refused: [...world.refused, door] };
  return [
    end(accepts, { kind: "accepted" }),
    end(accepts, lost),
    end(refuses, { kind: "permanent" }),
    end(refuses, lost),
    end(world, { kind: "transient" }),
    end(world, { kind: "throttled", retryAfterMs: 1 }),
    end(world, lost),
  ];
}

function withConsumer(world: World, index: number, consumer: Consumer): World {
  const [first, second] = world.consumers;
  return { ...world, consumers: index === 0 ? [consumer, second] : [first, consumer] };
}

/** Equal for worlds that cannot be told apart: times are left out, and all stale seqs are one. */
function signature(world: World): string {
  const { row } = world;
  const age = (seq: number): string => (seq === row.seq ? "now" : "old");
  const consumers = world.consumers.map((consumer) => {
    if (consumer.at === "idle") return "idle";
    const outcome = consumer.at === "ended" ? consumer.outcome.kind : "";
    return `${consumer.at}/${age(consumer.seq)}/${consumer.channel}/${consumer.provider}/${outcome}`;
  });
  const cause = row.state === "DEAD" ? row.cause : "";
  return [
    `${row.state}${cause} ${row.channel} ${row.attempt} ${row.unknownOutcomes} ${row.provider ?? ""}`,
    [...new Set(world.published.map(age))].sort().join(),
    consumers.sort().join(),
    world.accepted.join(),
    world.refused.toSorted().join(),
    world.repeatedCalls,
  ].join(" | ");
}

/** All reachable worlds by signature, and who leads to whom. */
function explore(): { worlds: Map<string, World>; predecessors: Map<string, string[]> } {
  const first = start();
  const worlds = new Map([[signature(first), first]]);
  const predecessors = new Map<string, string[]>();
  const frontier = [...worlds];
  for (let entry = frontier.pop(); entry !== undefined; entry = frontier.pop()) {
    const [from, world] = entry;
    for (const next of successors(world)) {
      const to = signature(next);
      predecessors.set(to, [...(predecessors.get(to) ?? []), from]);
      if (worlds.has(to)) continue;
      worlds.set(to, next);
      frontier.push([to, next]);
    }
  }
  return { worlds, predecessors };
}

const { worlds, predecessors } = explore();

function always(holds: (world: World) => boolean): void {
  for (const [name, world] of worlds) assert.ok(holds(world), name);
}

function exists(holds: (world: World) => boolean): boolean {
  return [...worlds.values()].some(holds);
}

test("the search is not empty: every outcome it should judge occurs", (t) => {
  t.diagnostic(`${worlds.size} reachable worlds`);
  assert.ok(worlds.size > 1_000);
  assert.ok(exists(({ row }) => row.state === "SENT" && row.channel === "sms" && row.provider === "b"));
  assert.ok(exists(({ refused }) => refused.includes("email/a") && refused.includes("email/b")));
  assert.ok(exists(({ repeatedCalls }) => repeatedCalls === 2));
  for (const cause of ["permanent", "exhausted", "unknown-outcome"]) {
    assert.ok(
      exists(({ row }) => row.state === "DEAD" && row.cause === cause),
      cause,
    );
  }
});

test("one provider of one channel at most accepts a message, whoever crashes when", () => {
  always(({ accepted }) => accepted.length <= 1);
});

test("no key is sent again after its acceptance but for an unknown outcome that was counted", () => {
  always(({ repeatedCalls, row }) => repeatedCalls <= row.unknownOutcomes);
});

test("a row says SENT only for what the provider accepted", () => {
  always(
    ({ row, accepted }) => row.state !== "SENT" || accepted.includes(`${row.channel}/${row.provider ?? ""}`),
  );
});

test("a dead message was accepted by nobody, unless it says that nobody knows", () => {
  always(
    ({ row, accepted }) => row.state !== "DEAD" || row.cause === "unknown-outcome" || accepted.length === 0,
  );
});

test("from everywhere the message can still come to its end: nothing is ever stuck", () => {
  const ending = [...worlds].filter(([, { row }]) => !isUnderWay(row)).map(([name]) => name);
  const canEnd = new Set(ending);
  const frontier = [...ending];
  for (let name = frontier.pop(); name !== undefined; name = frontier.pop()) {
    for (const before of predecessors.get(name) ?? []) {
      if (canEnd.has(before)) continue;
      canEnd.add(before);
      frontier.push(before);
    }
  }
  assert.deepEqual(
    [...worlds.keys()].filter((name) => !canEnd.has(name)),
    [],
  );
});
