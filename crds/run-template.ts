import { z } from "zod";
import type { SharedRule } from "./cel.ts";
import { dnsLabel, dnsLabelLength, matching } from "./text.ts";

const percent = z.number().min(0).max(1_000_000);
const count = z.int().min(0).max(2_147_483_647);

const tariffRef = z
  .strictObject({
    name: matching(dnsLabel, "must be lower-case letters, digits and dashes", dnsLabelLength).describe(
      "Name of the tariff, such as kr-mobile.",
    ),
    version: z
      .string()
      .min(1, "must name a recorded version, such as 2026-07")
      .max(dnsLabelLength)
      .describe("Recorded version of the tariff, such as 2026-07."),
  })
  .describe("Tariff by which the month is billed. Immutable once the run exists.");

const mode = z
  .enum(["Plan", "Commit"])
  .default("Commit")
  .describe(
    "Plan computes and proves all bills and stops: nothing is published until approvedDigest names the result or mode " +
      "becomes Commit. Commit publishes by itself unless a gate holds the run. May change from Plan to Commit only.",
  );

const gates = z
  .strictObject({
    totalChangePercent: percent
      .default(20)
      .describe("Holds the run when the sum of all bills moves by more percent than this, either way."),
    heldBills: count
      .default(1000)
      .describe("Holds the run when more accounts than this could not be billed."),
    billChangePercent: percent
      .default(300)
      .describe("Holds the run when any single bill grows by more percent than this."),
  })
  .describe(
    "Limits that turn a surprising run into one that waits for approval. Changes are measured against the live bills of " +
      "the period, or, where there are none, against those of the month before.",
  );

const failurePolicy = z
  .strictObject({
    backoffLimitPerPartition: count
      .default(2)
      .describe("How often a failed partition is tried again; an interruption does not count."),
    maxFailedPartitions: count
      .default(0)
      .describe(
        "More failed partitions than this end the settlement at once; fewer let the others finish first. Either way " +
          "nothing is published before all have succeeded.",
      ),
  })
  .describe("What a failing partition costs.");

/** How members learn of their bills, for every run that a schedule starts too. */
export const dispatch = z
  .strictObject({
    release: z
      .enum(["Automatic", "Manual", "None"])
      .default("Automatic")
      .describe(
        "Automatic sends messages when the bills are live. Manual waits until it is set to Automatic. None sends nothing.",
      ),
    notificationPolicyRef: matching(
      dnsLabel,
      "must be the name of a NotificationPolicy in this namespace",
      dnsLabelLength,
    )
      .default("default")
      .describe("NotificationPolicy of this namespace that says when and how members are told."),
  })
  .describe("How members learn of their bills.");

/** Fields of a run that a schedule can give to every run it starts. */
export const runTemplateFields = {
  tariffRef,
  mode,
  partitions: z
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .describe(
      "Into how many parts the accounts are divided; each part fails and is redone alone. Immutable once the run exists.",
    ),
  parallelism: z
    .int()
    .min(1)
    .max(1024)
    .default(8)
    .describe("How many partitions are settled at once. May change at any time, also by kubectl scale."),
  canary: z
    .strictObject({
      partitions: z
        .int()
        .min(0)
        .max(1023)
        .default(1)
        .describe("How many partitions are settled first; 0 settles all at once."),
    })
    .prefault({})
    .describe("Partitions that are settled and judged by the gates before the others start."),
  gates: gates.prefault({}),
  failurePolicy: failurePolicy.prefault({}),
  dispatch: dispatch.prefault({}),
  suspend: z
    .boolean()
    .default(false)
    .describe(
      "Stops starting work and interrupts what runs; set to false to go on. Nothing that is done is lost.",
    ),
};

interface Divided {
  readonly partitions: number;
  readonly parallelism: number;
  readonly canary: { readonly partitions: number };
}

/** Limits between the fields of a run, also of one that a schedule will start. */
export const runTemplateRules: readonly SharedRule<Divided>[] = [
  {
    rule: "self.parallelism <= self.partitions",
    holds: (spec) => spec.parallelism <= spec.partitions,
    path: ["parallelism"],
    message: "must not exceed partitions (defaults: parallelism 8, partitions 64)",
  },
  {
    rule: "self.canary.partitions < self.partitions || self.partitions == 1",
    holds: (spec) => spec.canary.partitions < spec.partitions || spec.partitions === 1,
    path: ["canary", "partitions"],
    message: "must be fewer than partitions",
  },
];
