import { z } from "zod";
import { CHANNEL_NAMES, CHANNEL_REGISTRY, perChannel } from "../notification/channels/registry.ts";
import { sharedRule } from "./cel.ts";
import type { DeepReadonly } from "./deep-readonly.ts";
import { durationBetween } from "./duration.ts";
import { holidays } from "./holidays.ts";
import { quietHours } from "./quiet-hours.ts";
import { conditionList, observedGeneration, openWord } from "./status-fields.ts";
import { matching } from "./text.ts";

const percent = z.int().min(0).max(99);

/** A ladder whose defaults are given; the number of attempts is one more than the number of delays. */
function retryLadder(delays: readonly string[]) {
  return z
    .strictObject({
      delays: z
        .array(durationBetween("0s", "24h"))
        .max(10)
        .default([...delays])
        .describe("Waits before the second, third, … attempt. An empty list means one attempt."),
      jitterPercent: percent
        .default(20)
        .describe(
          "Each wait is stretched or shrunk by up to this, so that the victims of an outage do not return together.",
        ),
    })
    .prefault({});
}

/** As people write it: `60s`, `5m`. */
function shortDuration(ms: number): string {
  return ms > 60_000 && ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1_000}s`;
}

const breaker = z
  .strictObject({
    window: durationBetween("1s", "24h").default("30s").describe("Failures are counted over this long."),
    minSends: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(200)
      .describe("Fewer sends than this within the window never open it."),
    failurePercent: percent.default(20).describe("It opens when more than this share of sends fail."),
    openFor: durationBetween("1s", "24h")
      .default("30s")
      .describe("How long nothing is sent before the provider is probed."),
    probeSends: z.int().min(1).max(10_000).default(20).describe("How many sends decide a probe."),
    undecidedFor: durationBetween("1s", "24h")
      .default("15m")
      .describe(
        "How long probes may decide nothing, because only messages are left that failed for good, before these go to " +
          "their next channel, a few at a time.",
      ),
  })
  .prefault({})
  .describe(
    "Stops a provider that fails for everybody, and a channel all of whose providers do, and keeps its messages from the next channel meanwhile: an " +
      "outage of e-mail must not text every member.",
  );

const channels = sharedRule(z.array(z.enum(CHANNEL_NAMES)).min(1).max(CHANNEL_NAMES.length), {
  rule: "self.all(c, self.exists_one(d, d == c))",
  holds: (names) => new Set(names).size === names.length,
  message: "must not name a channel twice",
});

/** `spec` of a NotificationPolicy with its defaults. */
export const notificationPolicySpec = z
  .strictObject({
    channels: channels
      .default([...CHANNEL_NAMES])
      .describe(
        "Channels in use, first choice first. A message goes to the next when one has been given up.",
      ),
    quietHours: quietHours
      .default([{ start: "22:00", end: "08:00" }])
      .describe(
        "When nobody is disturbed, in each member's own time zone; a member may add hours. Held messages leave when the " +
          "window ends. Equal start and end mean none.",
      ),
    holidays: holidays
      .default([])
      .describe(
        "Dates on which nobody is disturbed all day, in each member's own time zone. Held messages leave on the next day " +
          "that is none, after the quiet hours.",
      ),
    retries: z
      .strictObject(
        perChannel((channel) => {
          const { retryDelaysMs, message } = CHANNEL_REGISTRY[channel];
          return retryLadder(retryDelaysMs.map(shortDuration)).describe(`Retries of ${message}.`);
        }),
      )
      .prefault({})
      .describe("How long to wait after each failed attempt, by channel."),
    releaseSpread: durationBetween("0m", "24h")
      .default("30m")
      .describe(
        "Messages that were held to one instant leave over this long; parts of a minute are dropped.",
      ),
    deliverWithin: durationBetween("0s", "2160h")
      .default("168h")
      .describe(
        "Within how long after its day (the release, or the send day or reservation after it) every message should have come " +
          "to its end. Past it the run says so and somebody is alerted; nothing is dropped. 0s means no deadline.",
      ),
    lease: durationBetween("1s", "24h")
      .default("60s")
      .describe(
        "How long a consumer holds a message. Shorter than the slowest send, and messages go out twice.",
      ),
    maxUnknownOutcomes: z
      .int()
      .min(0)
      .max(100)
      .default(5)
      .describe("How often a send of which nobody knows the outcome is repeated under the same key."),
    breaker,
    sendsPerSecond: z
      .strictObject(
        perChannel((channel) =>
          z
            .int()
            .min(0)
            .max(1_000_000)
            .default(0)
            .describe(`Sends of ${CHANNEL_REGISTRY[channel].message}; 0 = no limit.`),
        ),
      )
      .prefault({})
      .describe(
        "How many messages all consumers of a channel together send in a second. A provider's own rate stands in the " +
          "consumers' configuration; both count.",
      ),
    templates: matching(
      /^[a-z][a-z0-9-]*$/,
      "must be the name of a set of templates: lower-case letters, digits and dashes, a letter first",
      63,
    )
      .default("default")
      .describe(
        "The set of templates that bills are written with. What it has no text for is taken from `default`.",
      ),
  })
  .describe("When and how members are told of their bills.");

export type NotificationPolicySpec = DeepReadonly<z.output<typeof notificationPolicySpec>>;

/** `status` of a NotificationPolicy. */
export const notificationPolicyStatus = z
  .object({ observedGeneration, conditions: conditionList(openWord(), openWord()) })
  .describe("Whether the policy can be used; written by the operator alone.");

export type NotificationPolicyStatus = DeepReadonly<z.output<typeof notificationPolicyStatus>>;
