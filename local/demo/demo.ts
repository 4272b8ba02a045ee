import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parsePeriod } from "../../billing/period.ts";
import { readClockOffsetMs, setClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { migrate } from "../../database/migrate.ts";
import { sampleSentBill } from "../../database/run-ledger/sample-bill.ts";
import { startOfLocalDayMs } from "../../notification/local-day.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { connect, createPool, type Client } from "../../platform/postgres.ts";
import { checkInvariants } from "../invariants/check-invariants.ts";
import { createTopics, startServers, type BackingServers } from "./backing-servers.ts";
import { driveClock, type ClockTravel } from "./clock-driver.ts";
import { startDelivery } from "./delivery-services.ts";
import { createSecrets, type DemoFolder } from "./demo-folder.ts";
import type { DemoOptions } from "./demo-options.ts";
import { DemoRun } from "./demo-run.ts";
import { gatherOutcome, type DemoOutcome } from "./outcome.ts";
import { runProgram } from "./program-step.ts";
import type { StageClock, StageProgress } from "./progress.ts";
import { renderBillPage } from "./rendered-bill.ts";
import { SupervisedProcesses } from "./supervised-processes.ts";
import { tariffFile } from "./tariff-file.ts";

/** What a demo is run with. */
export interface DemoSetting {
  readonly options: DemoOptions;
  readonly folder: DemoFolder;
  readonly clock: StageClock;
  readonly stopping: AbortSignal;
}

/** The results and one bill explained line by line. */
export interface FinishedDemo {
  readonly outcome: DemoOutcome;
  readonly explained: string;
}

/** Runs the whole month on servers of its own, which are stopped however it ends. */
export async function runDemo(setting: DemoSetting): Promise<FinishedDemo> {
  const { folder, clock, stopping } = setting;
  let servers: BackingServers | undefined;
  const services = new SupervisedProcesses(folder);
  const cleanUp: (() => Promise<unknown>)[] = [() => services.stop()];
  try {
    await clock.run("start servers", "servers", async () => {
      servers = await startServers(folder);
      return 0;
    });
    if (servers === undefined) throw new Error("the servers did not start");
    stopping.throwIfAborted();
    const demo = await Demo.prepare(setting, servers, services);
    cleanUp.unshift(() => demo.close());
    return await demo.play();
  } finally {
    for (const clean of cleanUp) await clean();
    await Promise.all([servers?.kafka.stop(), servers?.postgres.stop()]);
  }
}

/** One demo whose servers run. */
class Demo {
  readonly #setting: DemoSetting;
  readonly #servers: BackingServers;
  readonly #services: SupervisedProcesses;
  readonly #client: Client;
  readonly #secrets: NodeJS.ProcessEnv;

  private constructor(
    setting: DemoSetting,
    servers: BackingServers,
    services: SupervisedProcesses,
    client: Client,
  ) {
    this.#setting = setting;
    this.#servers = servers;
    this.#services = services;
    this.#client = client;
    this.#secrets = createSecrets(setting.folder);
  }

  static async prepare(
    setting: DemoSetting,
    servers: BackingServers,
    services: SupervisedProcesses,
  ): Promise<Demo> {
    const client = await connect({ url: servers.postgres.url, applicationName: "demo" });
    return new Demo(setting, servers, services, client);
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  async play(): Promise<FinishedDemo> {
    await this.#loadData();
    const releasedAtMs = await this.#setClockToTheFirst();
    const { generation, travel } = await this.#settleAndDeliver();
    const address = { period: this.#setting.options.period, generation };
    const { folder, clock } = this.#setting;
    let outcome: DemoOutcome | undefined;
    await clock.run("check", "invariants", async () => {
      const witnesses = { providerLog: folder.providerLog, releasedAtMs, policy: DEFAULT_POLICY };
      const invariants = await checkInvariants(this.#client, address, witnesses);
      const measured = {
        stages: clock.results,
        invariants,
        clock: travel,
        restarts: this.#services.restarts,
      };
      outcome = await gatherOutcome(this.#client, address, measured);
      return invariants.length;
    });
    if (outcome === undefined) throw new Error("nothing was checked");
    return { outcome, explained: await this.#explainOne(address) };
  }

  async #loadData(): Promise<void> {
    const { clock, options } = this.#setting;
    await clock.run("migrate", "migrations", async () => {
      const applied = await migrate(this.#servers.postgres.url);
      await this.#program(["tariff", "record", tariffFile], "billing_settlement");
      return applied.length;
    });
    await clock.run("generate", "members", async (progress) => {
      const { members, period, seed } = options;
      const args = ["--members", String(members), "--period", period, "--seed", String(seed)];
      // As the owner: it sets sequences and gathers statistics, which no role of the running system may.
      await this.#program(["generate", ...args], "", (line) => {
        showGenerated(progress, line, members);
      });
      return members;
    });
  }

  /** 00:00 of the first day after the period, where the bills are made: what due dates are planned from. */
  async #setClockToTheFirst(): Promise<number> {
    const firstMs = startOfLocalDayMs(
      parsePeriod(this.#setting.options.period).end,
      DEFAULT_POLICY.defaultZone,
    );
    await setClockOffsetMs(this.#client, firstMs - Date.now());
    return firstMs;
  }

  async #settleAndDeliver(): Promise<{ readonly generation: number; readonly travel: ClockTravel }> {
    const { options, folder, clock, stopping } = this.#setting;
    const pool = createPool(
      { url: this.#servers.postgres.url, role: "billing_settlement", applicationName: "demo-run" },
      { size: 2, onIdleError: () => undefined },
    );
    const environment = this.#environment("billing_settlement");
    const run = new DemoRun(pool, options, { environment, logFolder: folder.logs }, stopping);
    try {
      const generation = await run.promote(clock);
      const travel = await this.#deliver(run, generation);
      return { generation, travel };
    } finally {
      await run.close();
      await pool.end();
    }
  }

  async #deliver(run: DemoRun, generation: number): Promise<ClockTravel> {
    const { options, folder, clock, stopping } = this.#setting;
    const address = { period: options.period, generation };
    let setProviderClock: (offsetMs: number) => Promise<void> = () => Promise.resolve();
    await clock.run("start delivery", "processes", async () => {
      await createTopics(this.#servers.kafka);
      const provider = await startDelivery(this.#services, this.#servers, this.#secrets, { folder, options });
      setProviderClock = provider.setClockOffset;
      await setProviderClock(await readClockOffsetMs(this.#client));
      return 0;
    });
    const failed = new AbortController();
    const until = AbortSignal.any([stopping, failed.signal]);
    let travel: ClockTravel | undefined;
    await clock.run("deliver", "messages", async (progress) => {
      const driving = driveClock({
        ...{ client: this.#client, address, stopping: until },
        tellProvider: setProviderClock,
      });
      const watching = this.#services
        .watch()
        .then(() => Promise.reject(new Error("the services were stopped")));
      try {
        const [done] = await Promise.all([Promise.race([run.deliver(progress), watching]), driving]);
        travel = await driving;
        return done;
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    });
    if (travel === undefined) throw new Error("nothing was delivered");
    return travel;
  }

  async #explainOne(address: { readonly period: string; readonly generation: number }): Promise<string> {
    const bill = await sampleSentBill(this.#client, address);
    if (bill === null) return "no bill was sent by e-mail";
    const page = await renderBillPage(this.#client, address, bill, this.#secrets);
    writeFileSync(this.#setting.folder.renderedBill, page);
    const explain = ["explain", "--bill", String(bill.billId), "--locale", "en"];
    return await this.#program(explain, "").catch(
      (error: unknown) => `bill ${bill.billId} could not be explained: ${(error as Error).message}`,
    );
  }

  async #program(args: readonly string[], role: string, onLine?: (line: string) => void): Promise<string> {
    const { folder, stopping } = this.#setting;
    const logFile = join(folder.logs, `${args[0] ?? "program"}.log`);
    const step = { args, environment: this.#environment(role), logFile, stopping };
    return await runProgram(onLine === undefined ? step : { ...step, onLine });
  }

  #environment(role: string): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...this.#secrets,
      ...{ DATABASE_URL: this.#servers.postgres.url, DATABASE_ROLE: role, LOG_LEVEL: "info" },
    };
  }
}

/** `generate: 2000 members loaded after 0.3 s`. */
function showGenerated(progress: StageProgress, line: string, members: number): void {
  const [, count, unit] = /(\d+) (members|usage records) loaded/.exec(line) ?? [];
  if (unit === "members") progress.update(Number(count), members);
  else if (count !== undefined) progress.update(members, members, `${count} usage records`);
}
