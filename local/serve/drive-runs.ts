import { setTimeout as sleep } from "node:timers/promises";
import { unfinishedRuns, type UnfinishedRun } from "../../database/run-ledger/unfinished-runs.ts";
import type { Pool } from "../../platform/postgres.ts";
import { followRun } from "../run/control-loop.ts";
import { createProgramRunner, type ProgramRunner } from "../run/local-runner.ts";

/** What runs are driven with. */
export interface RunDriver {
  readonly pool: Pool;
  /** Of the jobs. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
  readonly stopping: AbortSignal;
  /** Told what went wrong; the next turn tries again. */
  readonly onError: (error: Error) => void;
}

const lookEveryMs = 500;
/** A run that waits for a person may also be moved by another run, which takes its place. */
const lookAgainMs = 30_000;

interface Waiting {
  readonly specGeneration: number;
  readonly untilMs: number;
}

/**
 * Drives every unfinished run of the database at once, those that are started later too, until told to stop; what the
 * operator is in a cluster. Jobs that run then are interrupted, and done again by the next driver.
 */
export async function driveRuns(driver: RunDriver): Promise<void> {
  const program = createProgramRunner(driver.environment, driver.logFolder);
  const driven = new Map<string, Promise<void>>();
  const waiting = new Map<string, Waiting>();
  while (!driver.stopping.aborted) {
    for (const run of await found(driver)) {
      if (driven.has(run.name) || stillWaits(waiting.get(run.name), run)) continue;
      const ended = follow(driver, program, run).finally(() => {
        driven.delete(run.name);
        const { specGeneration } = run;
        waiting.set(run.name, { specGeneration, untilMs: performance.now() + lookAgainMs });
      });
      driven.set(run.name, ended);
    }
    await sleep(lookEveryMs, undefined, { signal: driver.stopping }).catch(() => undefined);
  }
  await Promise.all(driven.values());
  await program.runner.close();
}

function stillWaits(waiting: Waiting | undefined, { specGeneration }: UnfinishedRun): boolean {
  return waiting?.specGeneration === specGeneration && waiting.untilMs > performance.now();
}

async function found({ pool, onError }: RunDriver): Promise<readonly UnfinishedRun[]> {
  try {
    return await unfinishedRuns(pool);
  } catch (error) {
    onError(error as Error);
    return [];
  }
}

async function follow(driver: RunDriver, program: ProgramRunner, { name }: UnfinishedRun): Promise<void> {
  const { pool, stopping, onError } = driver;
  try {
    await followRun({
      ...{ runName: name, client: pool, stopping, onError },
      ...{ runner: program.runner, news: program.news },
      onStatus: () => undefined,
      until: () => false,
    });
  } catch (error) {
    onError(error as Error);
  }
}
