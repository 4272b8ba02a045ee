import { spawnSync } from "node:child_process";
import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { createPool, type Pool } from "../../platform/postgres.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { followRun, isFinished } from "./control-loop.ts";
import { createProgramRunner, mainProgram } from "./local-runner.ts";
import { readRun } from "./read-run.ts";
import type { RunConfig } from "./run-config.ts";
import { statusLine } from "./status-text.ts";

/** Opens the pool that a local command works with; `work` is given it, and it is closed afterwards. */
export async function withPool<Result>(
  config: RunConfig,
  work: (pool: Pool) => Promise<Result>,
): Promise<Result> {
  const pool = createPool(
    { url: config.databaseUrl, role: config.databaseRole, applicationName: "billing-local" },
    { size: 2, onIdleError: (error) => process.stderr.write(`database connection lost: ${error.message}\n`) },
  );
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Where the driving ends. */
export interface DriveOptions {
  /** Do not follow the delivery: return once the bills are live. */
  readonly untilPromoted: boolean;
  /** Folder for the logs of the run's jobs. */
  readonly logFolder: string;
}

/** Drives a stored run, telling a person how it stands; returns the process's exit code. */
export async function driveRun(
  pool: Pool,
  runName: string,
  config: RunConfig,
  options: DriveOptions,
): Promise<ExitCode> {
  const { runner, news } = createProgramRunner(config.jobEnvironment, options.logFolder);
  const stopping = shutdownSignal();
  let lastLine = "";
  try {
    const status = await followRun({
      ...{ runName, client: pool, runner, news, stopping },
      until: (seen) => options.untilPromoted && isPromoted(seen),
      onError: (error) => process.stderr.write(`trying again: ${error.message}\n`),
      onStatus: (seen) => {
        const line = statusLine(seen);
        if (line !== lastLine) process.stdout.write(`${line}\n`);
        lastLine = line;
      },
    });
    if (status === null || stopping.aborted) return ExitCode.interrupted;
    if (status.phase === "AwaitingApproval") await explainApproval(pool, runName, status, config);
    return isFinished(status) && status.phase === "Failed" ? ExitCode.failed : ExitCode.done;
  } finally {
    await runner.close();
  }
}

function isPromoted(status: BillingRunStatus): boolean {
  return status.conditions.some((condition) => condition.type === "Promoted" && condition.status === "True");
}

/** Prints what would happen, and the exact command that lets it happen. */
async function explainApproval(
  pool: Pool,
  runName: string,
  status: BillingRunStatus,
  config: RunConfig,
): Promise<void> {
  const { spec } = await readRun(pool, runName);
  if (status.digest !== null && status.generation !== null) {
    const address = ["--period", spec.period, "--generation", String(status.generation)];
    spawnSync(process.execPath, [mainProgram, "report", ...address], {
      env: config.jobEnvironment,
      stdio: "inherit",
    });
  }
  const waiting = status.conditions.find(({ type }) => type === "Approved")?.message ?? "";
  const digest = /digest ([0-9a-f]{64})/.exec(waiting)?.[1] ?? status.digest ?? "";
  process.stdout.write(
    `\nThe run waits: ${waiting}\nTo approve exactly this result:\n  node main.ts local approve ${runName} --digest ${digest}\n`,
  );
}
