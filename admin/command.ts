import { createServer } from "node:http";
import type { Command } from "commander";
import { letterheadOf } from "../notification/templates/letterhead.ts";
import { loadConfig } from "../platform/config.ts";
import { ExitCode } from "../platform/exit-codes.ts";
import { serveHealth } from "../platform/health.ts";
import { loadKafkaSecurity } from "../platform/kafka-security.ts";
import { closeServer, listenOn } from "../platform/http-server.ts";
import { createLogger } from "../platform/logger.ts";
import { createMetricSet } from "../platform/metrics/metric-set.ts";
import { createPool, type Pool } from "../platform/postgres.ts";
import { shutdownSignal, untilAborted } from "../platform/shutdown.ts";
import { definePasswordCommand } from "./access/password-command.ts";
import { createApp } from "./app.ts";
import { authenticateBy } from "./access/authenticate.ts";
import { bearerReaders } from "./access/bearer-readers.ts";
import { adminVariables } from "./config.ts";
import { contactKeysOf } from "./contact-keys.ts";
import { createLagReader } from "./lag.ts";
import { clusterOf } from "./cluster/open-cluster.ts";
import { addAdminMetrics } from "./metrics.ts";
import { openPoliciesOf } from "./policies/open-policies.ts";
import { openRunsOf } from "./runs/open-runs.ts";

const answerWithinMs = 15_000;

/** `admin`: the API and the dashboard; prints one line `{"port": N}` when it accepts connections. */
export function define(command: Command): void {
  command.action(start);
  definePasswordCommand(command);
}

async function start(): Promise<void> {
  const config = loadConfig(adminVariables);
  const logger = createLogger("admin", config.LOG_LEVEL);
  const stopping = shutdownSignal();
  const database = { url: config.DATABASE_URL, role: config.DATABASE_ROLE, applicationName: "admin" };
  const connections = (size: number): Pool =>
    createPool(database, {
      size,
      answerWithinMs,
      onIdleError: (error) => {
        logger.warn({ reason: error.message }, "database connection lost");
      },
    });
  const pool = connections(config.ADMIN_CONNECTIONS);
  const commandPool = connections(config.ADMIN_COMMAND_CONNECTIONS);
  const metrics = createMetricSet();
  const measure = addAdminMetrics(metrics, { pool, commandPool });
  const { KAFKA_BOOTSTRAP: bootstrap } = config;
  const lag =
    bootstrap === undefined ? null : createLagReader({ bootstrap, security: loadKafkaSecurity(config) });
  const cluster = clusterOf(config);
  const app = createApp({
    context: {
      ...{ pool, commandPool, logger, openRuns: openRunsOf(config, cluster) },
      ...{ contacts: contactKeysOf(config), letterhead: letterheadOf(config) },
      ...{ approvalOverMessages: config.ADMIN_APPROVAL_OVER_MESSAGES, lag },
      openPolicies: openPoliciesOf(config, cluster),
      approvalAboveMinor: config.ADMIN_APPROVAL_ABOVE_MINOR,
    },
    measure,
    authenticate: authenticateBy(pool, bearerReaders(config)),
    sessions: { pool, users: config.ADMIN_USERS, secureCookies: config.ADMIN_SECURE_COOKIES },
    rates: {
      requestsPerMinute: config.ADMIN_REQUESTS_PER_MINUTE,
      signInsPerMinute: config.ADMIN_SIGN_INS_PER_MINUTE,
    },
    trustedProxies: config.ADMIN_TRUSTED_PROXIES,
  });
  const server = createServer(app);
  const port = await listenOn(server, { port: config.ADMIN_PORT, host: config.ADMIN_HOST });
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: metrics.registry,
    isReady: () => !stopping.aborted,
  });
  process.stdout.write(`${JSON.stringify({ port })}\n`);
  logger.info({ port }, "API and dashboard are there");
  await untilAborted(stopping);
  await closeServer(server, config.SHUTDOWN_DEADLINE_MS);
  await Promise.all([pool.end(), commandPool.end(), lag?.close()]);
  closeHealth();
  logger.info("stopped");
  // A stream of events has no end of its own.
  process.exit(ExitCode.done);
}
