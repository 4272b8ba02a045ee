import type { GenerationAddress } from "../../database/generations/address.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { connect, createPool } from "../../platform/postgres.ts";
import { checkInvariants } from "../invariants/check-invariants.ts";
import { startServers, type BackingServers } from "./backing-servers.ts";
import type { ClockTravel } from "./clock-driver.ts";
import { deliverMessages } from "./deliver-messages.ts";
import { createSecrets } from "./demo-folder.ts";
import { DemoRun } from "./demo-run.ts";
import { explainBill } from "./explain-bill.ts";
import { setClockToTheFirst } from "./first-of-the-month.ts";
import { loadMonth } from "./load-month.ts";
import { gatherOutcome, type DemoOutcome } from "./outcome.ts";
import { environmentOf, type StageContext } from "./stage-context.ts";
import { SupervisedProcesses } from "./supervised-processes.ts";

/** What a demo is run with. */
export type DemoSetting = Pick<StageContext, "options" | "folder" | "clock" | "stopping"> & {
  /** Called with the results while everything still runs. */
  readonly beforeStop: (finished: FinishedDemo, context: StageContext) => Promise<void>;
};

/** The results and one bill explained line by line. */
export interface FinishedDemo {
  readonly outcome: DemoOutcome;
  readonly explained: string;
}

/** Runs the whole month on servers of its own, which are stopped however it ends. */
export async function runDemo(setting: DemoSetting): Promise<FinishedDemo> {
  const { folder, clock } = setting;
  const servers = await clock.run("start servers", "servers", async () => ({
    count: 0,
    result: await startServers(folder),
  }));
  const ending = new AbortController();
  const stopping = AbortSignal.any([setting.stopping, ending.signal]);
  const processes = new SupervisedProcesses(folder);
  try {
    stopping.throwIfAborted();
    return await playMonth({ ...setting, stopping }, servers, processes);
  } finally {
    ending.abort(new Error("the demo has ended")); // whatever still goes on beside what failed
    await processes.stop();
    await Promise.all([servers.kafka.stop(), servers.postgres.stop()]);
  }
}

async function playMonth(
  setting: DemoSetting,
  servers: BackingServers,
  processes: SupervisedProcesses,
): Promise<FinishedDemo> {
  const client = await connect({ url: servers.postgres.url, applicationName: "demo" });
  const context = { ...setting, servers, processes, client, secrets: createSecrets(setting.folder) };
  try {
    await loadMonth(context);
    const releasedAtMs = await setClockToTheFirst(client, setting.options.period);
    const { address, travel } = await settleAndDeliver(context);
    const outcome = await check(context, address, { releasedAtMs, travel });
    const finished = { outcome, explained: await explainBill(context, address) };
    await setting.beforeStop(finished, context);
    return finished;
  } finally {
    await client.end();
  }
}

async function settleAndDeliver(
  context: StageContext,
): Promise<{ readonly address: GenerationAddress; readonly travel: ClockTravel }> {
  const { options, folder, clock, servers, stopping } = context;
  const role = "billing_settlement";
  const pool = createPool(
    { url: servers.postgres.url, role, applicationName: "demo-run" },
    { size: 2, onIdleError: () => undefined },
  );
  const jobs = { environment: environmentOf(context, role), logFolder: folder.logs };
  const run = new DemoRun(pool, options, jobs, stopping);
  try {
    const address = { period: options.period, generation: await run.promote(clock) };
    return { address, travel: await deliverMessages(context, run, address) };
  } finally {
    await run.close();
    await pool.end();
  }
}

async function check(
  { client, clock, folder, processes }: StageContext,
  address: GenerationAddress,
  { releasedAtMs, travel }: { readonly releasedAtMs: number; readonly travel: ClockTravel },
): Promise<DemoOutcome> {
  return await clock.run("check", "invariants", async () => {
    const { providerLog } = folder;
    const witnesses = { providerLog, releasedAtMs, policy: DEFAULT_POLICY, clockSteps: travel.jumps };
    const invariants = await checkInvariants(client, address, witnesses);
    const measured = { stages: clock.results, invariants, clock: travel, restarts: processes.restarts };
    return { count: invariants.length, result: await gatherOutcome(client, address, measured) };
  });
}
