import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { countWaiting } from "../database/receipts/waiting-receipts.ts";
import { loadConfig } from "../platform/config.ts";
import { ExitCode } from "../platform/exit-codes.ts";
import { serveHealth } from "../platform/health.ts";
import { closeServer, listenOn } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createMetricSet } from "../platform/metrics/metric-set.ts";
import { addPoolMetrics } from "../platform/metrics/pool-metrics.ts";
import { createPool } from "../platform/postgres.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { receiptsVariables } from "./config.ts";
import { createReceiptMetrics } from "./metrics.ts";
import { sweepWaiting } from "./record.ts";
import { createWebhook, type Webhook } from "./webhook.ts";

const answerWithinMs = 15_000;

/** `receipts`: takes what providers tell afterwards; prints one line `{"port": N}` when it accepts connections. */
export function define(command: Command): void {
  command.action(start);
}

async function start(): Promise<void> {
  const config = loadConfig(receiptsVariables);
  const logger = createLogger("receipts", config.LOG_LEVEL);
  const set = createMetricSet();
  const metrics = createReceiptMetrics(set);
  const stopping = shutdownSignal();
  const pool = createPool(
    { url: config.DATABASE_URL, role: config.DATABASE_ROLE, applicationName: "receipts" },
    {
      size: config.RECEIPT_CONNECTIONS,
      answerWithinMs,
      onIdleError: (error) => {
        logger.warn({ reason: error.message }, "database connection lost");
      },
    },
  );
  addPoolMetrics(set, pool);
  const webhook = { pool, config, metrics, logger };
  const server = createWebhook(webhook);
  const port = await listenOn(server, { port: config.RECEIPTS_PORT, host: config.RECEIPTS_HOST });
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: set.registry,
    isReady: () => !stopping.aborted,
  });
  process.stdout.write(`${JSON.stringify({ port })}\n`);
  logger.info({ port }, "taking receipts");
  await sweepUntil(webhook, stopping);
  await closeServer(server, config.SHUTDOWN_DEADLINE_MS);
  await pool.end();
  closeHealth();
  logger.info("stopped");
  // A request that missed the deadline was not answered, so its provider repeats it.
  process.exit(ExitCode.done);
}

/** Looks for the messages of receipts that wait, until told to stop; waits while the database is away. */
async function sweepUntil({ pool, config, metrics, logger }: Webhook, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      const { applied, givenUp } = await sweepWaiting(pool, config.RECEIPT_PATIENCE_HOURS * 3_600_000);
      for (const [source, one] of applied) metrics.countApplied(source, one);
      metrics.waiting.set(await countWaiting(pool));
      if (givenUp > 0) logger.warn({ receipts: givenUp }, "receipts of no message of ours given up");
    } catch (error) {
      logger.warn({ code: (error as { code?: unknown }).code }, "sweep interrupted, trying again");
    }
    await sleep(config.SWEEP_INTERVAL_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}
