import { createServer } from "node:http";
import type { Command } from "commander";
import { letterheadOf } from "../notification/templates/letterhead.ts";
import { loadConfig } from "../platform/config.ts";
import { ExitCode } from "../platform/exit-codes.ts";
import { serveHealth } from "../platform/health.ts";
import { closeServer, limitConnections, listenOn } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createMetricSet } from "../platform/metrics/metric-set.ts";
import { addPoolMetrics } from "../platform/metrics/pool-metrics.ts";
import { createPool } from "../platform/postgres.ts";
import { shutdownSignal, untilAborted } from "../platform/shutdown.ts";
import { createBillPages } from "./app.ts";
import { billPageVariables } from "./config.ts";
import { createBillPageMetrics } from "./metrics.ts";
import { createPageBooks } from "./page-book.ts";

const answerWithinMs = 10_000;

/** `bill-page`: shows bills to whoever has their link; prints one line `{"port": N}` when it accepts connections. */
export function define(command: Command): void {
  command.action(start);
}

async function start(): Promise<void> {
  const config = loadConfig(billPageVariables);
  const logger = createLogger("bill-page", config.LOG_LEVEL);
  const set = createMetricSet();
  const stopping = shutdownSignal();
  const pool = createPool(
    { url: config.DATABASE_URL, role: config.DATABASE_ROLE, applicationName: "bill-page" },
    {
      size: config.BILL_PAGE_CONNECTIONS,
      answerWithinMs,
      onIdleError: (error) => {
        logger.warn({ reason: error.message }, "database connection lost");
      },
    },
  );
  addPoolMetrics(set, pool);
  const app = createBillPages({
    ...{ database: pool, bookOf: createPageBooks(pool), letterhead: letterheadOf(config) },
    ...{ config, logger, requests: createBillPageMetrics(set) },
  });
  const server = limitConnections(createServer(app));
  const port = await listenOn(server, { port: config.BILL_PAGE_PORT, host: config.BILL_PAGE_HOST });
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: set.registry,
    isReady: () => !stopping.aborted,
  });
  process.stdout.write(`${JSON.stringify({ port })}\n`);
  logger.info({ port }, "showing bills");
  await untilAborted(stopping);
  await closeServer(server, config.SHUTDOWN_DEADLINE_MS);
  await pool.end();
  closeHealth();
  logger.info("stopped");
  process.exit(ExitCode.done);
}
