import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { letterheadOf } from "../notification/templates/letterhead.ts";
import { loadConfig } from "../platform/config.ts";
import { ExitCode } from "../platform/exit-codes.ts";
import { serveHealth } from "../platform/health.ts";
import { createLogger } from "../platform/logger.ts";
import { createMetricSet } from "../platform/metrics/metric-set.ts";
import { addPoolMetrics } from "../platform/metrics/pool-metrics.ts";
import { createPool } from "../platform/postgres.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
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
  const server = createServer(app);
  const port = await listen(server, config.BILL_PAGE_PORT, config.BILL_PAGE_HOST);
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: set.registry,
    isReady: () => !stopping.aborted,
  });
  process.stdout.write(`${JSON.stringify({ port })}\n`);
  logger.info({ port }, "showing bills");
  await untilAborted(stopping);
  await close(server, config.SHUTDOWN_DEADLINE_MS);
  await pool.end();
  closeHealth();
  logger.info("stopped");
  process.exit(ExitCode.done);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  // A request that dribbles in must not hold a connection for minutes.
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
  });
}

async function close(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(deadlineMs, undefined, { ref: false })]);
}
