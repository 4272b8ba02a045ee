import { z } from "zod";

/** API group and version of every kind of this operator. */
export const apiVersion = "billing.telco.dev/v1alpha1";

const percent = z.number().min(0).max(1_000_000);
const count = z.int().min(0);

const tariffRef = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "must be lower-case letters, digits and dashes"),
  version: z.string().min(1, "must name a recorded version, such as 2026-07"),
});

const gates = z.strictObject({
  /** Change of the sum against the baseline (the live generation, else last month's), either way. */
  totalChangePercent: percent.default(20),
  /** Accounts that could not be billed. */
  heldBills: count.default(1000),
  /** Change of any single bill upwards against the baseline. */
  billChangePercent: percent.default(300),
});

const failurePolicy = z.strictObject({
  /** Counted failures of one partition after which it has failed: the number of retries. */
  backoffLimitPerPartition: count.default(2),
  /** More failed partitions than this end the whole settlement at once; fewer let the others finish first. */
  maxFailedPartitions: count.default(0),
});

const dispatch = z.strictObject({
  release: z.enum(["Automatic", "Manual", "None"]).default("Automatic"),
  notificationPolicyRef: z.string().min(1).default("default"),
});

/** `spec` of a BillingRun with its defaults. `period`, `tariffRef` and `partitions` are immutable; `cancel` is one-way. */
export const billingRunSpec = z
  .strictObject({
    period: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, such as 2026-10"),
    tariffRef,
    mode: z.enum(["Plan", "Commit"]).default("Commit"),
    approvedDigest: z
      .string()
      .regex(/^([0-9a-f]{64})?$/, "must be the 64 hexadecimal digits of a digest, or empty")
      .default(""),
    partitions: z.int().min(1).max(1024).default(64),
    parallelism: z.int().min(1).max(1024).default(8),
    canary: z.strictObject({ partitions: count.default(1) }).prefault({}),
    gates: gates.prefault({}),
    failurePolicy: failurePolicy.prefault({}),
    dispatch: dispatch.prefault({}),
    suspend: z.boolean().default(false),
    cancel: z.boolean().default(false),
    /** Raised by a person: what failed is tried again, what is done stays. */
    retryGeneration: count.default(0),
  })
  .refine((spec) => spec.parallelism <= spec.partitions, {
    path: ["parallelism"],
    message: "must not exceed partitions",
  })
  .refine((spec) => spec.canary.partitions < spec.partitions || spec.partitions === 1, {
    path: ["canary", "partitions"],
    message: "must be fewer than partitions",
  });

export type BillingRunSpec = z.output<typeof billingRunSpec>;

const dnsName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** A BillingRun as a person writes it. */
export const billingRunManifest = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal("BillingRun"),
  metadata: z.object({
    name: z.string().regex(dnsName, "must be lower-case letters, digits, dots and dashes, at most 63"),
  }),
  spec: billingRunSpec,
});

export type BillingRunManifest = z.output<typeof billingRunManifest>;
