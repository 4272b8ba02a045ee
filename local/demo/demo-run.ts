import { apiVersion } from "../../crds/billing-run.ts";
import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { parseBillingRun } from "../../crds/parse-billing-run.ts";
import type { Pool } from "../../platform/postgres.ts";
import { followRun } from "../run/control-loop.ts";
import { createProgramRunner } from "../run/local-runner.ts";
import { storeRun } from "../run/store-run.ts";
import type { DemoOptions } from "./demo-options.ts";
import type { StageClock, StageProgress } from "./progress.ts";

/** The demo's BillingRun: the same life cycle as in a cluster, driven by child processes. */
export class DemoRun {
  readonly #pool: Pool;
  readonly #options: DemoOptions;
  readonly #program: ReturnType<typeof createProgramRunner>;
  readonly #stopping: AbortSignal;

  constructor(
    pool: Pool,
    options: DemoOptions,
    jobs: { readonly environment: NodeJS.ProcessEnv; readonly logFolder: string },
    stopping: AbortSignal,
  ) {
    this.#pool = pool;
    this.#options = options;
    this.#program = createProgramRunner(jobs.environment, jobs.logFolder);
    this.#stopping = stopping;
  }

  /** Prepares, settles, verifies and promotes, each timed as a stage; returns the generation that is live. */
  async promote(clock: StageClock): Promise<number> {
    await storeRun(this.#pool, this.#manifest());
    const stages = new PhaseStages(clock);
    const status = await this.#follow((seen) => {
      stages.see(seen);
    }, isPromoted);
    stages.close();
    if (status?.generation == null || !isPromoted(status)) throw new Error(whyStopped(status));
    return status.generation;
  }

  /** Follows the delivery to its end; returns how many messages came to theirs. */
  async deliver(progress: StageProgress): Promise<number> {
    const status = await this.#follow(
      (seen) => {
        const { sent, failed, dead, scheduled, queued } = seen.notifications;
        const done = sent + failed + dead;
        progress.update(done, done + scheduled + queued, `${dead} dead`);
      },
      () => false,
    );
    if (status?.phase !== "Completed") throw new Error(whyStopped(status));
    return status.notifications.sent + status.notifications.dead;
  }

  /** Interrupts whatever job still runs. */
  async close(): Promise<void> {
    await this.#program.runner.close();
  }

  async #follow(
    onStatus: (status: BillingRunStatus) => void,
    until: (status: BillingRunStatus) => boolean,
  ): Promise<BillingRunStatus | null> {
    const { runner, news } = this.#program;
    const loop = {
      client: this.#pool,
      runName: this.#options.period,
      runner,
      news,
      stopping: this.#stopping,
    };
    const onError = (): void => undefined; // the loop tries again, and gives up by itself
    const status = await followRun({ ...loop, onStatus, onError, until });
    this.#stopping.throwIfAborted();
    return status;
  }

  #manifest(): Parameters<typeof storeRun>[1] {
    const { period, partitions, parallelism, members } = this.#options;
    const parsed = parseBillingRun({
      apiVersion,
      kind: "BillingRun",
      metadata: { name: period },
      spec: {
        ...{ period, partitions, parallelism },
        tariffRef: { name: "kr-mobile", version: "2026-07" },
        // The generator makes a few accounts that cannot be billed; more than one in a hundred would be a mistake.
        gates: { heldBills: Math.max(10, Math.ceil(members / 100)) },
      },
    });
    if (parsed.kind === "invalid") {
      throw new Error(parsed.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    }
    return parsed.manifest;
  }
}

const stageOfPhase: Readonly<Partial<Record<BillingRunStatus["phase"], string>>> = {
  Preparing: "prepare",
  Settling: "settle",
  Verifying: "verify",
  Promoting: "promote",
};

/** Turns the phases of a run into the demo's stages. */
class PhaseStages {
  readonly #clock: StageClock;
  #current: { readonly name: string; readonly startedMs: number; readonly progress: StageProgress } | null =
    null;
  #members = 0;

  constructor(clock: StageClock) {
    this.#clock = clock;
  }

  see(status: BillingRunStatus): void {
    const name = stageOfPhase[status.phase];
    this.#members = status.members.expected;
    if (name !== this.#current?.name) this.close();
    if (name === undefined) return;
    this.#current ??= { name, startedMs: performance.now(), progress: this.#clock.begin(name, "members") };
    const { billed, held, excluded, expected } = status.members;
    if (name === "settle") this.#current.progress.update(billed + held + excluded, expected);
  }

  close(): void {
    if (this.#current === null) return;
    const { name, startedMs } = this.#current;
    this.#current = null;
    this.#clock.add({
      ...{ name, unit: "members", count: this.#members },
      seconds: (performance.now() - startedMs) / 1_000,
    });
  }
}

function isPromoted(status: BillingRunStatus): boolean {
  return status.conditions.some(({ type, status: value }) => type === "Promoted" && value === "True");
}

function whyStopped(status: BillingRunStatus | null): string {
  const messages = status?.conditions.filter(
    ({ status: value, message }) => value !== "True" && message !== "",
  );
  const why = messages?.map(({ reason, message }) => `${reason}: ${message}`).join("; ");
  return `the run stopped in phase ${status?.phase ?? "none"}: ${why ?? "no reason is known"}`;
}
