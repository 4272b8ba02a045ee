import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { join } from "node:path";
import { readClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { migrate } from "../../database/migrate.ts";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { driveClock } from "../../local/demo/clock-driver.ts";
import { checkInvariants } from "../../local/invariants/check-invariants.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { promoteDueMonth, type DueMonth } from "./due-month.ts";
import { peakRssMiB } from "./machine.ts";
import { startServers, type Servers } from "./servers.ts";
import { startServices, type Services } from "./services.ts";
import { watchSends, type WatchedSends } from "./watch-sends.ts";

/** How to measure. */
export interface DeliveryBenchOptions {
  /** Members whose bills are sent. */
  readonly members: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** What delivery did through one e-mail consumer, one SMS consumer and one dispatcher. */
export interface DeliveryResult extends WatchedSends {
  readonly messages: number;
  /** The most memory the e-mail consumer had resident at once. */
  readonly rssMiB: number;
  /** Load average of the minute before the release, by whoever. */
  readonly loadBefore: number;
  /** What the log of the provider and the tables say of every bill. */
  readonly acceptedOnce: string;
}

/** Over this long the retry ladder has ended, because the clock of the tail is driven. */
const tailTimeoutMs = 300_000;

/**
 * Sends a month of which every message is due at once, through real processes, PostgreSQL and Kafka, to a provider of 1 s
 * and 1 % failures. Rejects when any invariant does not hold afterwards, each bill accepted exactly once among them.
 */
export async function measureDelivery(options: DeliveryBenchOptions): Promise<DeliveryResult> {
  await using servers = await startServers(options.folder);
  const environment = environmentFor(servers);
  await migrate(servers.postgres.url);
  const client = await connect({ url: servers.postgres.url, applicationName: "bench" });
  try {
    options.say(`delivery: settling ${options.members} members`);
    const order = { members: options.members, environment, logFolder: join(servers.folder, "logs") };
    const month = await promoteDueMonth(client, order);
    await using services = await startServices({ folder: join(servers.folder, "logs"), environment });
    await services.provider.setClockOffset(await readClockOffsetMs(client));
    options.say(`delivery: ${month.messages} messages are due`);
    return await measure({ servers, services, client, month, say: options.say });
  } finally {
    await client.end();
  }
}

interface Field {
  readonly servers: Servers;
  readonly services: Services;
  readonly client: Client;
  readonly month: DueMonth;
  readonly say: (line: string) => void;
}

async function measure({ servers, services, client, month, say }: Field): Promise<DeliveryResult> {
  const { address, messages } = month;
  const loadBefore = loadavg()[0] ?? 0;
  const watched = await watchSends({
    services,
    pids: { ...services.pids, postgres: servers.postgres.pid, kafka: servers.kafka.pid() },
    messages,
    release: () => releaseGeneration(client, address),
  });
  const rssMiB = peakRssMiB(services.pids.email);
  say(
    `delivery: ${watched.steady.sendsPerSecond.toFixed(0)} sends/s; waiting for the retries, then checking`,
  );
  const stopping = AbortSignal.timeout(tailTimeoutMs);
  await driveClock({ client, address, provider: services.provider, arrivalMs: 200, stopping });
  const acceptedOnce = await refuseBrokenInvariants(client, month, services.providerLog);
  return { ...watched, messages, rssMiB, loadBefore, acceptedOnce };
}

/** A rate of sends that were lost, doubled or made up would be worth nothing. */
async function refuseBrokenInvariants(
  client: Client,
  { address, promotedAtMs }: DueMonth,
  providerLog: string,
): Promise<string> {
  const witnesses = { providerLog, releasedAtMs: promotedAtMs, policy: DEFAULT_POLICY };
  const invariants = await checkInvariants(client, address, witnesses);
  const broken = invariants.filter(({ holds }) => !holds);
  if (broken.length > 0)
    throw new Error(broken.map(({ name, detail }) => `${name} does not hold: ${detail}`).join("\n"));
  return ["each-bill-accepted-once", "sent-means-accepted", "dead-letters-only-when-nothing-was-left"]
    .map((wanted) => invariants.find(({ name }) => name === wanted)?.detail ?? "")
    .join("; ");
}

function environmentFor({ postgres, kafka }: Servers): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    DATABASE_URL: postgres.url,
    KAFKA_BOOTSTRAP: kafka.bootstrap,
    LOG_LEVEL: "info",
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    BLIND_INDEX_KEY: randomBytes(32).toString("base64"),
  };
}
