import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import { followRun } from "../../local/run/control-loop.ts";
import { createProgramRunner } from "../../local/run/local-runner.ts";
import { createPool } from "../../platform/postgres.ts";
import { runProgram } from "../jobs/running.ts";
import { testKeys } from "../support/bills.ts";

/** A spec of October that publishes and sends nothing by itself. */
export const plannedSpec = {
  period: "2026-10",
  tariffRef: { name: "kr-mobile", version: "2026-07" },
  partitions: 4,
  parallelism: 2,
  canary: { partitions: 0 },
  gates: { heldBills: 1_000 },
  dispatch: { release: "None" },
};

/** Records the tariff, and generates members and their usage of October. */
export async function populate(databaseUrl: string, members: number): Promise<void> {
  const environment = { ...testKeys, DATABASE_URL: databaseUrl };
  for (const args of [
    ["tariff", "record", tariffFile],
    ["generate", "--members", String(members), "--period", "2026-10"],
  ]) {
    const { code, stdout, stderr } = await runProgram(args, environment);
    assert.equal(code, 0, stdout + stderr);
  }
}

/** The control loop of one machine, until the run ends or waits for a person; returns the phase it is in then. */
export async function drive(t: TestContext, databaseUrl: string, runName: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "admin-runs-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const role = "billing_settlement";
  const pool = createPool(
    { url: databaseUrl, role, applicationName: "tests" },
    { size: 2, onIdleError: () => undefined },
  );
  const own = { DATABASE_URL: databaseUrl, DATABASE_ROLE: role, LOG_LEVEL: "error" };
  const { runner, news } = createProgramRunner({ ...process.env, ...testKeys, ...own }, folder);
  try {
    const status = await followRun({
      ...{ runName, client: pool, runner, news },
      stopping: AbortSignal.timeout(120_000),
      until: () => false,
      onStatus: () => undefined,
      onError: () => undefined,
    });
    return status?.phase ?? "";
  } finally {
    await runner.close();
    await pool.end();
  }
}

/** Waits until `holds` does, for a minute. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error("did not come about");
}
