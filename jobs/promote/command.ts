import { Option, type Command } from "commander";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadGeneration } from "../../database/generations/load-generation.ts";
import { recordBatch } from "../../database/generations/record-batch.ts";
import { attachStagedLeaf } from "../../database/notifications/leaf.ts";
import { bouncedSince } from "../../database/promotion/bounced-since.ts";
import { billingNow } from "../../database/promotion/billing-now.ts";
import {
  promoteGeneration,
  whyNotPromotable,
  type PromotionRefusal,
} from "../../database/promotion/promote-generation.ts";
import { lockPromotion } from "../../database/promotion/lock-promotion.ts";
import { readStanding, type Standing } from "../../database/promotion/standing.ts";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { supersedeNotifications } from "../../database/promotion/supersede-notifications.ts";
import { pinTemplates } from "../../database/templates/pin-templates.ts";
import { DEFAULT_POLICY, type NotificationPolicy } from "../../notification/policy.ts";
import { loadConfig } from "../../platform/config.ts";
import { PermanentError, RetryableError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import { generationOption, jobVariables, periodOption } from "../job-options.ts";
import { parseInstant } from "../instant.ts";
import { policyOption } from "../policy-option.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { tellOfLostHours } from "./lost-hours.ts";
import { stageNotifications } from "./stage-notifications.ts";
import { templatesFor } from "./templates-for.ts";

/** Options of `promote`. */
export interface PromoteOptions extends GenerationAddress {
  readonly digest: string;
  readonly release: "automatic" | "manual" | "none";
  /** From when on messages leave; only with `automatic`. [when they are promoted] */
  readonly releaseAt?: number;
  /** How the messages are planned and delivered. */
  readonly policy: NotificationPolicy;
  /** What the policy is called where it is kept; kept with the generation. [not known] */
  readonly policyName?: string;
}

const releaseOption = new Option("--release <when>", "automatic: send now; manual: hold; none: no messages")
  .choices(["automatic", "manual", "none"])
  .default("automatic");

/** `promote`: makes a proved generation live and schedules its messages; the same promotion twice is done once. */
export function define(command: Command): void {
  command
    .addOption(periodOption())
    .addOption(generationOption())
    .requiredOption("--digest <hex>", "digest that was approved")
    .addOption(releaseOption)
    .option("--release-at <instant>", "messages leave from this instant on (RFC 3339)", parseInstant)
    .addOption(policyOption("notification policy").default(DEFAULT_POLICY, "the default policy"))
    .option("--policy-name <name>", "what that policy is called")
    .action(async (options: PromoteOptions) => {
      await runJob(
        {
          name: "promote",
          config: loadConfig(jobVariables),
          onPermanent: ExitCode.jobHopeless,
          batch: {
            job: "promote",
            period: options.period,
            generation: options.generation,
            partitionIndex: null,
          },
        },
        (job) => promote(job, options),
      );
    });
}

/** Stages the messages, then makes the generation live in one short transaction; prints the counts as JSON. */
export async function promote(job: JobContext, options: PromoteOptions): Promise<ExitCode> {
  const address = { period: options.period, generation: options.generation };
  const startedAt = new Date();
  const writer = await job.connect();
  await lockPromotion(writer, address.period);
  const generation = await loadGeneration(writer, address);
  if (generation !== null) job.ofRun(generation.runId, address.generation);
  if (generation?.state === "live" && generation.digest?.toString("hex") === options.digest) {
    if (options.release === "automatic") await releaseGeneration(writer, address);
    report(job, address, { messages: 0, superseded: 0, detail: "live already" });
    return ExitCode.done;
  }
  // Before any message is planned; the promoting transaction judges again.
  const refused = whyNotPromotable(generation, options.digest);
  if (refused !== null) throw refusal(address, refused);
  const standing = await readStanding(writer, address.period);
  const written = await templatesFor(writer, options);
  const messages = options.release === "none" ? 0 : await stage(job, { ...options, ...written }, standing);
  faultPoint("promote.after-stage");
  const superseded = await inTransactionOn(writer, async () => {
    const withdrawn = await goLive(writer, options, standing, written);
    const counts = { total: generation?.billed ?? 0, succeeded: generation?.billed ?? 0, failed: 0 };
    const detail = `${messages} messages, ${withdrawn} superseded`;
    const batch = { job: "promote", ...address, partitionIndex: null, startedAt, ...counts, detail };
    await recordBatch(writer, batch);
    faultPoint("promote.before-commit");
    return withdrawn;
  });
  report(job, address, { messages, superseded, detail: "promoted" });
  return ExitCode.done;
}

/** The promoting transaction: the generation live, former messages withdrawn (returns how many), its own attached. */
async function goLive(
  writer: Client,
  options: PromoteOptions,
  standing: Standing,
  { policy, templateIds }: Awaited<ReturnType<typeof templatesFor>>,
): Promise<number> {
  const { period, generation, digest, policyName = null } = options;
  const address = { period, generation };
  const released = options.release === "automatic";
  const releaseAtMs = released ? (options.releaseAt ?? null) : null;
  const order = { digest, policy, policyName, standing, released, releaseAtMs };
  const promotion = await promoteGeneration(writer, address, order);
  if (promotion.kind !== "promoted") throw refusal(address, promotion);
  const announced = options.release !== "none";
  if (announced && standing.live !== null && (await bouncedSince(writer, address, standing.readAtMs))) {
    throw planIsStale(address);
  }
  const withdrawn =
    standing.live === null ? 0 : await supersedeNotifications(writer, address, standing.released, announced);
  if (announced) await attachStagedLeaf(writer, address);
  await pinTemplates(writer, address, templateIds);
  return withdrawn;
}

async function stage(job: JobContext, options: PromoteOptions, standing: Standing): Promise<number> {
  const { period, generation, policy, releaseAt = 0 } = options;
  const [reader, writer] = [await job.connect(), await job.connect()];
  const releasedAtMs = Math.max(releaseAt, (await billingNow(reader)).getTime());
  await tellOfLostHours(job, reader, policy);
  const plan = { policy, releasedAtMs, released: standing.released };
  return await stageNotifications({ reader, writer, meter: job.meter }, { period, generation }, plan);
}

function report(job: JobContext, address: GenerationAddress, outcome: object): void {
  job.print(JSON.stringify({ ...address, ...outcome }));
}

function planIsStale({ period, generation }: GenerationAddress): Error {
  const text = `what had been told of ${period} bounced while the messages of generation ${generation} were planned`;
  return new RetryableError("plan-stale", text, { retryAfterMs: 0 });
}

function refusal(address: GenerationAddress, refused: PromotionRefusal): Error {
  const name = `generation ${address.generation} of ${address.period}`;
  switch (refused.kind) {
    case "not-verified":
      return new PermanentError(
        "not-verified",
        `${name} is ${refused.state}; only a verified generation can be promoted`,
      );
    case "digest-differs":
      return new PermanentError(
        "digest-differs",
        `${name} was proved with digest ${refused.digest}, not the approved one; look at its report and approve that digest`,
      );
    case "live-changed":
      return new RetryableError(
        "live-changed",
        `another generation of ${address.period} went live, or the live one was released, meanwhile`,
        {
          retryAfterMs: 0,
        },
      );
  }
}
