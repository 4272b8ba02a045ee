import { readClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { driveClock } from "../../local/demo/clock-driver.ts";
import { checkInvariants, type Witnesses } from "../../local/invariants/check-invariants.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import type { Field } from "./field.ts";
import type { DueMonth } from "./due-month.ts";
import { peakRssMiB } from "./machine.ts";
import { startServices } from "./services.ts";
import { watchSends, type WatchedSends } from "./watch-sends.ts";

/** What delivery did through one e-mail consumer, one SMS consumer and one dispatcher. */
export interface PipelineResult extends WatchedSends {
  /** The most memory the e-mail consumer had resident at once. */
  readonly rssMiB: number;
  /** What the log of the provider and the tables say of every bill. */
  readonly acceptedOnce: string;
}

/** Over this long the retry ladder has ended, because the clock of the tail is driven. */
const tailTimeoutMs = 300_000;

/** Sends the month as the product does. Rejects when any invariant does not hold afterwards, each bill accepted exactly once among them. */
export async function measurePipeline(field: Field): Promise<PipelineResult> {
  const { stage, month, environment, say } = field;
  const client = await connect({ url: stage.databaseUrl, applicationName: "bench" });
  try {
    await using services = await startServices({ folder: stage.folder, environment, consumer: "pipeline" });
    await services.provider.setClockOffset(await readClockOffsetMs(client));
    const watched = await watchSends({
      services,
      pids: { ...services.pids, postgres: field.postgresPid, kafka: stage.kafka.pid() },
      messages: month.messages,
      release: () => releaseGeneration(client, month.address),
    });
    const rssMiB = peakRssMiB(services.pids.email);
    say(
      `delivery: ${watched.steady.sendsPerSecond.toFixed(0)} sends/s; waiting for the retries, then checking`,
    );
    const { address } = month;
    const stopping = AbortSignal.timeout(tailTimeoutMs);
    const { provider, providerLog } = services;
    const { jumps } = await driveClock({ client, address, provider, arrivalMs: 200, stopping });
    const acceptedOnce = await refuseBrokenInvariants(client, month, { providerLog, clockSteps: jumps });
    return { ...watched, rssMiB, acceptedOnce };
  } finally {
    await client.end();
  }
}

/** A rate of sends that were lost, doubled or made up would be worth nothing. */
async function refuseBrokenInvariants(
  client: Client,
  { address, promotedAtMs }: DueMonth,
  witnesses: Pick<Witnesses, "providerLog" | "clockSteps">,
): Promise<string> {
  const known = { ...witnesses, releasedAtMs: promotedAtMs, policy: DEFAULT_POLICY };
  const invariants = await checkInvariants(client, address, known);
  const broken = invariants.filter(({ holds }) => !holds);
  if (broken.length > 0)
    throw new Error(broken.map(({ name, detail }) => `${name} does not hold: ${detail}`).join("\n"));
  return ["each-bill-accepted-once", "sent-means-accepted", "dead-letters-only-when-nothing-was-left"]
    .map((wanted) => invariants.find(({ name }) => name === wanted)?.detail ?? "")
    .join("; ");
}
