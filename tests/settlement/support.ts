import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parsePeriod } from "../../billing/period.ts";
import { generate } from "../../jobs/generate/generate.ts";
import { silentMeter } from "../../jobs/job-meter.ts";
import { prepare, type PrepareOptions } from "../../jobs/prepare/command.ts";
import { promote, type PromoteOptions } from "../../jobs/promote/command.ts";
import { exitCodeOf, type JobContext } from "../../jobs/run-job.ts";
import { settle } from "../../jobs/settle/command.ts";
import { readTariffFiles } from "../../jobs/tariff/read-tariff-files.ts";
import { recordTariffFile } from "../../jobs/tariff/record-tariff-file.ts";
import { verify } from "../../jobs/verify/command.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { createLogger } from "../../platform/logger.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { testKeys } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

/** The month that tests settle. */
export const PERIOD = "2026-10";
export const TARIFF = "kr-mobile@2026-07";

const role = "billing_settlement";
const mainProgram = fileURLToPath(new URL("../../main.ts", import.meta.url));
const tariffFiles = ["kr-mobile-2026-07.yaml", "example-models.yaml"].map((file) =>
  fileURLToPath(new URL(`../../tariffs/${file}`, import.meta.url)),
);

/** How a job ended. */
export interface Ended {
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly printed: readonly string[];
  /** Message of the error it ended with, or its log; "" when there is none. */
  readonly error: string;
}

/** One check as `verify` prints it. */
export interface PrintedCheck {
  readonly name: string;
  readonly holds: boolean;
  readonly detail: string;
}

/** A database with the settlement jobs run on it, in this process or as processes of their own, as billing_settlement. */
export class Carrier {
  readonly url: string;
  /** Superuser, to look at everything and to break it. */
  readonly client: Client;

  constructor(url: string, client: Client) {
    this.url = url;
    this.client = client;
  }

  prepare(options: Partial<PrepareOptions> = {}): Promise<Ended> {
    const name = options.name ?? `run-${randomBytes(4).toString("hex")}`;
    const wanted = { period: PERIOD, tariff: TARIFF, partitions: 3, runType: "onCycle", ...options, name };
    return this.#inProcess(ExitCode.jobHopeless, (job) => prepare(job, wanted as PrepareOptions));
  }

  settle(partition: number, generation = 1): Promise<Ended> {
    const address = { period: PERIOD, generation, partitionIndex: partition };
    return this.#inProcess(ExitCode.partitionHopeless, (job) => settle(job, address));
  }

  verify(generation = 1, sample = 1000): Promise<Ended> {
    return this.#inProcess(ExitCode.jobHopeless, (job) =>
      verify(job, { period: PERIOD, generation, sample }),
    );
  }

  promote(options: Partial<PromoteOptions> & { readonly digest: string }): Promise<Ended> {
    const usual = { period: PERIOD, generation: 1, release: "automatic" as const, policy: DEFAULT_POLICY };
    const wanted = { ...usual, ...options };
    return this.#inProcess(ExitCode.jobHopeless, (job) => promote(job, wanted));
  }

  /** Settles every partition; throws when one does not end well. */
  async settleAll(partitions: number, generation = 1): Promise<void> {
    for (let index = 0; index < partitions; index++) expectDone(await this.settle(index, generation));
  }

  /** Prepares, settles and verifies a generation; returns its digest. */
  async prove(partitions = 3, generation = 1): Promise<string> {
    expectDone(await this.prepare({ partitions }));
    await this.settleAll(partitions, generation);
    const proof = await this.verify(generation);
    expectDone(proof);
    return digestOf(proof);
  }

  /** Proves a generation and promotes it. */
  async goLive(
    options: { generation?: number; partitions?: number; release?: PromoteOptions["release"] } = {},
  ): Promise<string> {
    const { generation = 1, partitions = 3, release = "automatic" } = options;
    const digest = await this.prove(partitions, generation);
    expectDone(await this.promote({ generation, digest, release }));
    return digest;
  }

  /** Starts a job as a process of its own. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const own = { DATABASE_URL: this.url, DATABASE_ROLE: role, LOG_LEVEL: "error" };
    return spawn(process.execPath, [mainProgram, ...args], {
      env: { ...process.env, ...own, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Runs a job as a process of its own to its end. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return ended(this.start(args, environment));
  }

  async rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query<Row & Record<string, unknown>>(sql, [...parameters]);
    return rows;
  }

  /** The one value of the one row. */
  async value<Value>(sql: string, parameters: readonly unknown[] = []): Promise<Value> {
    const [row] = await this.rows<Record<string, Value>>(sql, parameters);
    return Object.values(row ?? {})[0] as Value;
  }

  /** Waits until so many sessions of the database wait for a lock. */
  untilWaiting(sessions: number): Promise<void> {
    return this.#untilSessions("wait_event_type = 'Lock'", (count) => count >= sessions);
  }

  /** Waits until the server has noticed that everybody else is gone. */
  untilAlone(): Promise<void> {
    return this.#untilSessions("pid <> pg_backend_pid()", (count) => count === 0);
  }

  async #untilSessions(which: string, reached: (count: number) => boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    const sessions = `select count(*) from pg_stat_activity where datname = current_database() and ${which}`;
    while (!reached(await this.value<number>(sessions))) {
      if (Date.now() > deadline) throw new Error(`sessions with ${which} are not as awaited`);
      await sleep(20);
    }
  }

  /** A further connection of the superuser, ended by the caller. */
  connect(): Promise<Client> {
    return connect({ url: this.url, applicationName: "tests" });
  }

  async #inProcess(onPermanent: ExitCode, work: (job: JobContext) => Promise<ExitCode>): Promise<Ended> {
    const clients: Client[] = [];
    const printed: string[] = [];
    const { signal } = new AbortController();
    const open = async (): Promise<Client> => {
      const client = await connect({ url: this.url, role, applicationName: "tests" });
      clients.push(client);
      return client;
    };
    const print = (line: string): number => printed.push(line);
    try {
      const logger = createLogger("tests", "silent");
      const code = await work({
        logger,
        print,
        complain: () => undefined,
        connect: open,
        signal,
        meter: silentMeter,
        fails: () => undefined,
        ofRun: () => undefined,
      });
      return { code, printed, error: "" };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { code: exitCodeOf(error, signal, onPermanent), printed, error: message };
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  }
}

/** Waits for a process that `start` began. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let [output, error] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (output += String(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => (error += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, printed: output.split("\n").filter((line) => line !== ""), error };
}

/** Throws with the job's own words when it did not end with exit code 0. */
export function expectDone(outcome: Ended): void {
  if (outcome.code === ExitCode.done) return;
  throw new Error(`a job ended with ${String(outcome.code)}: ${outcome.error} ${outcome.printed.join(" ")}`);
}

/** Digest that `verify` printed. */
export function digestOf(proof: Ended): string {
  return (JSON.parse(proof.printed[0] ?? "{}") as { digest: string }).digest;
}

/** Names of the checks that do not hold, as `verify` printed them. */
export function failedChecks(proof: Ended): string[] {
  const { checks } = JSON.parse(proof.printed[0] ?? "{}") as { checks: PrintedCheck[] };
  return checks.filter((check) => !check.holds).map((check) => check.name);
}

/** A carrier with the tariffs recorded and nothing else. */
export async function emptyCarrier(t: TestContext): Promise<Carrier> {
  const database = await testDatabase(t);
  const client = await database.connect();
  await recordTariffs(client);
  return new Carrier(database.url, client);
}

/** Address of a database of `members` generated members that nobody is connected to: an original for `cloneOf`. */
export async function populatedOriginal(t: TestContext, members: number, seed = 1): Promise<string> {
  const { url, client } = await emptyCarrier(t);
  await populate(url, members, seed);
  await client.end();
  return url;
}

/** Fills a database that has the schema and the tariffs with generated members and five usage records each. */
export async function populate(url: string, members: number, seed = 1): Promise<void> {
  const access = {
    databaseUrl: url,
    databaseRole: "",
    encryptionKeys: testKeys.ENCRYPTION_KEYS,
    blindIndexKey: testKeys.BLIND_INDEX_KEY,
  };
  const request = { members, usage: 5, period: parsePeriod(PERIOD), seed, tariff: TARIFF };
  await generate(access, request, 1, () => ({ advance: () => undefined, stop: () => undefined }));
}

/** Records the tariffs of the repository. */
export async function recordTariffs(client: Client): Promise<void> {
  const { sound, problems } = await readTariffFiles(tariffFiles);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  for (const tariff of sound) await recordTariffFile(client, tariff);
}

/** A copy of a carrier's database as it stands; nobody may be connected to the original meanwhile. */
export async function cloneOf(t: TestContext, original: string): Promise<Carrier> {
  const url = new URL(original);
  const template = url.pathname.slice(1);
  url.pathname = "/billing";
  const name = `clone_${randomBytes(6).toString("hex")}`;
  const admin = await connect({ url: url.href, applicationName: "tests" });
  await admin.query(`create database ${name} template ${template}`);
  await admin.end();
  url.pathname = `/${name}`;
  const client = await connect({ url: url.href, applicationName: "tests" });
  t.after(() => client.end());
  return new Carrier(url.href, client);
}
