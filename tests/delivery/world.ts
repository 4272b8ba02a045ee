import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { countsAgree } from "../../database/invariants/counts-agree.ts";
import { ALL_TOPICS } from "../../events/topics.ts";
import type { LogLine } from "../../local/provider-simulator/accept-log.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import type { Client } from "../../platform/postgres.ts";
import { testKeys } from "../support/bills.ts";

const program = fileURLToPath(new URL("../../main.ts", import.meta.url));
const untilTimeoutMs = 60_000;

/** A process of the delivery path under test. */
export interface TestProcess {
  /** The subcommand. */
  readonly name: string;
  readonly child: ChildProcess;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  readonly stderr: () => string;
}

/** Where the processes of a test find their servers. */
export interface WorldServers {
  readonly databaseUrl: string;
  readonly bootstrap: string;
  /** As the superuser, to look and to arrange. */
  readonly database: Client;
}

/** The delivery path with real processes; everything it starts ends with the test. */
export interface World extends WorldServers {
  readonly start: (name: string, environment?: Readonly<Record<string, string>>) => TestProcess;
  /** Where the provider simulator listens. */
  readonly providerUrl: string;
  /** Starts one more simulator, for the list of a channel's providers. */
  readonly startProvider: (simulator: readonly string[]) => Promise<TestProvider>;
  /** Every line of the provider's log. */
  readonly providerLog: () => readonly LogLine[];
  /** Where that log is. */
  readonly logFile: string;
  /** Number of notification rows by state, e.g. `{SENT: 300}`. */
  readonly states: () => Promise<Record<string, number>>;
  /** Waits until `look` says done; rejects after a minute with what was seen last and the processes' logs. */
  readonly until: (what: string, look: () => Promise<Look>) => Promise<void>;
  /** Waits until the rows stand in exactly these states; the counts beside them must say the same. */
  readonly untilStates: (wanted: Readonly<Record<string, number>>) => Promise<void>;
}

/** A simulator of its own. */
export interface TestProvider {
  readonly url: string;
  readonly log: () => readonly LogLine[];
}

/** Starts the provider simulator and gives the other processes their addresses. Simulator options as on its command line. */
export async function createWorld(
  t: TestContext,
  servers: WorldServers,
  simulator: readonly string[],
): Promise<World> {
  await createTopics(servers.bootstrap);
  const folder = mkdtempSync(join(tmpdir(), "delivery-"));
  const logFile = join(folder, "accepts.ndjson");
  const processes: TestProcess[] = [];
  t.after(async () => {
    for (const { child } of processes) child.kill("SIGKILL");
    await Promise.all(processes.map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  });
  const provider = spawnProgram(["provider-simulator", "--log", logFile, ...simulator], {});
  processes.push(provider);
  const port = await portOf(provider);
  const environment = {
    ...testKeys,
    DATABASE_URL: servers.databaseUrl,
    KAFKA_BOOTSTRAP: servers.bootstrap,
    LOG_LEVEL: "info",
    PROVIDER_URL: `http://127.0.0.1:${port}`,
    SWEEP_INTERVAL_MS: "200",
    IN_FLIGHT: "200",
  };
  const states = (): Promise<Record<string, number>> => countStates(servers.database);
  const untilSeen: World["until"] = async (what, look) => {
    await until(what, look).catch((error: unknown) => {
      const logs = processes.map(({ stderr }) => stderr().slice(-2_000)).join("\n");
      throw new Error(`${String(error)}\n${logs}`, { cause: error });
    });
  };
  return {
    ...servers,
    start(name, extra = {}) {
      const role = name === "dispatcher" ? "billing_dispatcher" : "billing_consumer";
      // A restarted member takes the place of the killed one at once, not after its session has timed out.
      const place = processes.filter(
        ({ name: other, child }) => other === name && child.exitCode === null && child.signalCode === null,
      ).length;
      const own = { DATABASE_ROLE: role, GROUP_INSTANCE_ID: `${name}-${place}` };
      const started = spawnProgram([name], { ...environment, ...own, ...extra });
      processes.push(started);
      return started;
    },
    providerUrl: environment.PROVIDER_URL,
    providerLog: () => readLog(logFile),
    logFile,
    async startProvider(options) {
      const file = join(folder, `accepts-${processes.length}.ndjson`);
      const started = spawnProgram(["provider-simulator", "--log", file, ...options], {});
      processes.push(started);
      return { url: `http://127.0.0.1:${await portOf(started)}`, log: () => readLog(file) };
    },
    states,
    until: untilSeen,
    untilStates: async (wanted) => {
      await untilSeen(`rows in ${JSON.stringify(wanted)}`, async () => {
        const found = await states();
        return { done: sameCounts(found, wanted), seen: JSON.stringify(found) };
      });
      const counted = await countsAgree(servers.database, { period: "2026-10", generation: 1 });
      if (!counted.holds) throw new Error(counted.detail);
    },
  };
}

/** What was seen, and whether it is what was waited for. */
interface Look {
  readonly done: boolean;
  readonly seen: string;
}

async function until(what: string, look: () => Promise<Look>): Promise<void> {
  const deadline = performance.now() + untilTimeoutMs;
  for (;;) {
    const { done, seen } = await look();
    if (done) return;
    if (performance.now() > deadline) throw new Error(`waited for ${what}, saw ${seen}`);
    await sleep(100);
  }
}

/** Sets the billing clock, which then runs on from this instant. */
export async function setBillingClock(database: Client, instant: string): Promise<void> {
  await database.query("update billing_clock set clock_offset = $1::timestamptz - clock_timestamp()", [
    instant,
  ]);
}

/** Creates all topics, with two partitions each. */
export async function createTopics(bootstrap: string): Promise<void> {
  const admin = await createKafkaAdmin(bootstrap, "tests");
  await admin.createTopics(ALL_TOPICS.map((topic) => ({ topic, partitions: 2, replicas: 1 })));
  await admin.close();
}

/** Starts a subcommand, of this repository or of a copy in `folder`; its log is kept in memory. */
export function spawnProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  folder: string | null = null,
): TestProcess {
  const main = folder === null ? program : join(folder, "main.ts");
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.on("exit", (code, signal) => {
      resolve(code ?? signal ?? -1);
    });
  });
  return { name: args[0] ?? "", child, ended, stderr: () => stderr };
}

/** The port that a process prints when it accepts connections. */
export function portOf({ name, child, ended, stderr }: TestProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (line: Buffer) => {
      resolve((JSON.parse(line.toString()) as { port: number }).port);
    });
    void ended.then(() => {
      reject(new Error(`${name} ended: ${stderr()}`));
    });
  });
}

function readLog(file: string): readonly LogLine[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as LogLine);
}

async function countStates(database: Client): Promise<Record<string, number>> {
  const result = await database.query<{ state: string; rows: number }>(
    "select state, count(*) as rows from notifications group by state order by state",
  );
  return Object.fromEntries(result.rows.map(({ state, rows }) => [state, rows]));
}

function sameCounts(
  found: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
): boolean {
  const states = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  return [...states].every((state) => (found[state] ?? 0) === (wanted[state] ?? 0));
}
