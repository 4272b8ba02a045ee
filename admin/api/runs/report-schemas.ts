import { z } from "zod";
import { generationAddress, minor } from "./run-schemas.ts";

const count = z.int().min(0);

/** How a generation differs from what is, or was, live. */
export const difference = z
  .object({
    generation: generationAddress,
    baseline: generationAddress.describe(
      "The live generation of the period, else of the latest month before it",
    ),
    currency: z.string(),
    amountMinor: minor,
    baselineAmountMinor: minor,
    unchanged: count,
    changed: count,
    added: count.describe("Accounts with a bill in this generation only"),
    removed: count.describe("Accounts with a bill in the baseline only"),
    raisedMinor: minor,
    loweredMinor: minor,
  })
  .meta({ id: "RunDifference" });

/** An account whose bill moved. */
export const mover = z
  .object({
    rank: z.int().min(1),
    accountId: z.int(),
    beforeMinor: minor,
    afterMinor: minor,
    changeMinor: minor,
  })
  .meta({ id: "RunMover" });

/** What a verified generation is, and what promoting it would change. */
export const report = z
  .object({
    generation: generationAddress,
    run: z.string(),
    state: z.string(),
    currency: z.string(),
    digest: z.string().nullable(),
    members: z.object({ expected: count, billed: count, held: count, excluded: count }),
    amountMinor: minor,
    items: z
      .array(z.object({ code: z.string(), items: count, amountMinor: minor, quantityMilli: z.string() }))
      .describe("Sums by item code"),
    held: z.array(
      z.object({
        reason: z.string(),
        accounts: count,
        exampleAccountId: z.int(),
        exampleDetail: z.string(),
      }),
    ),
    messages: z
      .object({ first: count, corrections: count, undecided: count, none: count })
      .nullable()
      .describe("What its promotion would tell the members; null once it is promoted or given up"),
  })
  .meta({ id: "RunReport" });
