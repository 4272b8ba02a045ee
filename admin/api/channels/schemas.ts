import { z } from "zod";
import { channel as channelName, reason } from "../fields.ts";

export const channelParams = z.object({ channel: channelName });

const breakerState = z.enum(["closed", "open", "half-open"]);

/** A provider's breaker stands in each consumer by itself. */
const breakerInConsumer = z.object({
  consumer: z.string().describe("The process; in a cluster its pod"),
  state: breakerState,
  since: z.iso.datetime(),
  probeAt: z.iso
    .datetime()
    .nullable()
    .describe("When an open one lets a few through to see; past = with the next messages"),
});

/** `GET /channels`: each channel as far as the database knows. */
export const channels = z
  .object({
    asOf: z.iso.datetime(),
    minutes: z.int().describe("Sends of so many last minutes are looked at, billing clock"),
    held: z
      .object({ cause: z.string(), by: z.string(), reason: z.string(), at: z.iso.datetime() })
      .nullable()
      .describe("Why nothing is sent at all; null = armed"),
    channels: z.array(
      z.object({
        channel: z.string(),
        paused: z.boolean(),
        control: z
          .object({ by: z.string(), reason: z.string(), at: z.iso.datetime() })
          .nullable()
          .describe("Who last paused or resumed it"),
        open: z.record(z.string(), z.int()).describe("Messages under way by state"),
        sends: z.int(),
        failed: z.int().describe("Of these: transient, permanent, unknown; being throttled is no failure"),
        failureShare: z.number().nullable().describe("failed ÷ sends; null without sends"),
        byOutcome: z.record(z.string(), z.int()),
        providers: z
          .array(
            z.object({
              provider: z.string().describe("Empty = all of the channel together"),
              takenUntil: z.iso
                .datetime()
                .nullable()
                .describe("Tokens of the rate are given away up to then"),
              throttledUntil: z.iso
                .datetime()
                .nullable()
                .describe("The provider asked for patience until then"),
              breaker: breakerState
                .nullable()
                .describe("The worst of all consumers; null = no consumer has told of one for 30 s"),
              breakers: z.array(breakerInConsumer).describe("Of each consumer that runs"),
            }),
          )
          .describe("Those that consumers have been configured with"),
      }),
    ),
  })
  .meta({ id: "Channels" });

/** `POST /channels/{channel}/pause` */
export const pauseBody = z.strictObject({ reason });
/** `POST /channels/{channel}/resume` */
export const resumeBody = z.strictObject({ reason: reason.optional() });
export const channelChange = z
  .object({ channel: z.string(), changed: z.boolean().describe("false = it stood so before") })
  .meta({ id: "ChannelChange" });

/** `POST /delivery/hold` */
export const holdBody = z.strictObject({ reason });
export const holdAnswer = z.object({ changed: z.boolean() }).meta({ id: "HoldAnswer" });

/** `POST /delivery/arm` and `…/arm/dry-run` */
export const armBody = z.strictObject({
  reason,
  trustFailover: z
    .boolean()
    .default(false)
    .describe("Also on a standby of it that was promoted: only with synchronous replication"),
});
export const armAnswer = z
  .object({
    was: z.string().nullable().describe("Why it was held; null = it was armed"),
    systemIdentifier: z.string(),
    timeline: z.int(),
    trustsFailover: z.boolean(),
    open: z.record(z.string(), z.int()).describe("Messages under way that are let go, by state"),
    due: z.int().describe("Of those, due by now"),
  })
  .meta({ id: "ArmAnswer" });
