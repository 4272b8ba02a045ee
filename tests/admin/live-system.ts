import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createLagReader } from "../../admin/lag.ts";
import { driveRuns } from "../../local/serve/drive-runs.ts";
import { openKafka } from "../../platform/kafka-security.ts";
import { createPool } from "../../platform/postgres.ts";
import { createWorld, setBillingClock, type World } from "../delivery/world.ts";
import { testKeys } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";
import { populate } from "./run-scene.ts";

/** Noon in Seoul: nobody who lives there sleeps. */
const noon = "2026-11-02T12:00:00+09:00";

/** Everything there is around one admin server: a broker, who drives runs, a provider, and processes to be started. */
export interface LiveSystem {
  readonly admin: TestAdmin;
  readonly world: World;
}

/** Members with their usage of October, and whatever run is started is driven as `make up` drives it. No dispatcher, no consumer yet. */
export async function liveSystem(t: TestContext, members: number): Promise<LiveSystem> {
  const { bootstrap } = await testKafka();
  const lag = createLagReader({ bootstrap, security: openKafka });
  const admin = await startAdmin(t, (parts) => ({ ...parts, context: { ...parts.context, lag } }));
  t.after(() => lag.close());
  const { databaseUrl, owner } = admin;
  await setBillingClock(owner, noon);
  await populate(databaseUrl, members);
  const provider = ["--delay-ms", "200", "--failure-rate", "0"];
  const world = await createWorld(t, { databaseUrl, bootstrap, database: owner }, provider);
  driveUntilTheEnd(t, databaseUrl);
  return { admin, world };
}

function driveUntilTheEnd(t: TestContext, databaseUrl: string): void {
  const role = "billing_settlement";
  const own = { DATABASE_URL: databaseUrl, DATABASE_ROLE: role, LOG_LEVEL: "error" };
  const logFolder = mkdtempSync(join(tmpdir(), "live-runs-"));
  const pool = createPool(
    { url: databaseUrl, role, applicationName: "tests" },
    { size: 2, onIdleError: () => undefined },
  );
  const stop = new AbortController();
  const driven = driveRuns({
    ...{ pool, environment: { ...process.env, ...testKeys, ...own }, logFolder, stopping: stop.signal },
    onError: (error) => {
      if (!stop.signal.aborted) t.diagnostic(`a run stumbled: ${error.message}`);
    },
  });
  t.after(async () => {
    stop.abort();
    await driven;
    await pool.end();
    rmSync(logFolder, { recursive: true, force: true });
  });
}
