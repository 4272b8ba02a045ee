import assert from "node:assert/strict";
import test from "node:test";
import type { Channels, RunSummary } from "../answers.ts";
import type { Known } from "./attention.ts";

// Texts ask the page for its language.
Object.assign(globalThis, { document: { documentElement: { lang: "en", dataset: {} } } });
const { attentionOf } = await import("./attention.ts");

const run = (changes: Partial<RunSummary>): RunSummary =>
  ({
    ...{ name: "october", phase: "Delivering", message: "", partitions: null, notifications: null },
    ...{ completionTime: null },
    ...changes,
  }) as RunSummary;

const partitions = (failed: number) =>
  ({ total: 8, failed }) as unknown as NonNullable<RunSummary["partitions"]>;
const overdue = (n: number) => ({ overdue: n }) as unknown as NonNullable<RunSummary["notifications"]>;
const channel = (name: string, failureShare: number | null) =>
  ({ channel: name, failureShare }) as unknown as Channels["channels"][number];
const controls = (changes: object) =>
  ({ held: null, paused: [], ...changes }) as unknown as NonNullable<Known["controls"]>;
const breaker = (name: string) =>
  ({ channel: name, provider: "alpha", state: "open" }) as unknown as NonNullable<Known["breakers"]>[number];
const queue = (state: string, messages: number, of = "email") =>
  ({ channel: of, state, messages }) as unknown as NonNullable<Known["queue"]>[number];

/** What is known, and what is to be said of it: tone, text, where it leads. */
const table: readonly (readonly [string, Known, readonly string[]])[] = [
  ["nothing is known yet", {}, []],
  ["all is well", { queue: [queue("SENT", 9)], controls: controls({}), listed: [run({})] }, []],
  [
    "delivery is held",
    { controls: controls({ held: "by-hand" }) },
    ["bad Delivery is held: nothing is sent (by-hand) /delivery"],
  ],
  [
    "channels are paused",
    { controls: controls({ paused: ["sms", "push"] }) },
    ["warn SMS is paused /delivery", "warn Push is paused /delivery"],
  ],
  [
    "a breaker is open",
    { breakers: [breaker("email")] },
    ["bad E-mail: the breaker of alpha is open; nothing is lost, nobody falls back /delivery"],
  ],
  [
    "a fifth of sends fails",
    { channels: [channel("sms", 0.2), channel("email", 0.19), channel("push", null)] },
    ["bad SMS: 20% of sends fail /delivery"],
  ],
  [
    "failures of a channel whose breaker says so already are not said twice",
    { channels: [channel("email", 0.6), channel("sms", 0.5)], breakers: [breaker("email")] },
    [
      "bad E-mail: the breaker of alpha is open; nothing is lost, nobody falls back /delivery",
      "bad SMS: 50% of sends fail /delivery",
    ],
  ],
  [
    "a run has failed",
    { listed: [run({ phase: "Failed", message: "sums differ", partitions: partitions(2) })] },
    ["bad october has failed (sums differ) /runs/october"],
  ],
  [
    "partitions failed and the run goes on",
    { listed: [run({ phase: "Settling", message: "retrying", partitions: partitions(2) })] },
    ["bad october: 2 partitions failed (retrying) /runs/october"],
  ],
  [
    "partitions failed in a run that is over",
    {
      listed: [
        run({ phase: "Completed", partitions: partitions(2), completionTime: "2026-11-01T00:00:00Z" }),
      ],
    },
    [],
  ],
  [
    "a run waits for approval",
    { listed: [run({ phase: "AwaitingApproval", message: "approve digest ab" })] },
    ["wait october waits for approval (approve digest ab) /runs/october"],
  ],
  [
    "a run waits for its release",
    { listed: [run({ phase: "AwaitingRelease" })] },
    ["wait october is live, its messages are not released () /runs/october"],
  ],
  [
    "messages are overdue",
    { listed: [run({ notifications: overdue(1_234) }), run({ name: "june", notifications: overdue(0) })] },
    ["warn october: 1,234 messages overdue /runs/october"],
  ],
  [
    "messages are dead or of unknown outcome, over all channels",
    { queue: [queue("DEAD", 3), queue("DEAD", 4, "sms"), queue("UNKNOWN", 1)] },
    [
      "warn 7 messages could not be delivered /dead-letters",
      "warn 1 messages of unknown outcome /messages?state=UNKNOWN",
    ],
  ],
  [
    "somebody else has to decide",
    { pendingOrders: 2, pendingAdjustments: 1 },
    [
      "wait 2 large orders wait for an approver /messages",
      "wait 1 adjustments wait for an approver /adjustments?state=pending",
    ],
  ],
];

for (const [name, known, expected] of table) {
  test(name, () => {
    const said = attentionOf(known).map(({ tone, text, note, to }) => {
      return `${tone} ${text}${note === undefined ? "" : ` (${note})`} ${to ?? ""}`;
    });
    assert.deepEqual(said, expected);
  });
}

test("the gravest first, whatever is looked at first", () => {
  const found = attentionOf({
    controls: controls({ paused: ["sms"] }),
    breakers: [breaker("email")],
    listed: [run({ phase: "AwaitingApproval" }), run({ name: "june", phase: "Failed" })],
    queue: [queue("DEAD", 1)],
    pendingOrders: 1,
  });
  assert.deepEqual(
    found.map(({ tone, to }) => `${tone} ${to}`),
    [
      ...["bad /delivery", "bad /runs/june", "warn /delivery", "warn /dead-letters"],
      ...["wait /runs/october", "wait /messages"],
    ],
  );
});
