import type { Command } from "commander";
import { createArmingWatch } from "../database/arming/arming-watch.ts";
import { loadConfig } from "../platform/config.ts";
import { ExitCode } from "../platform/exit-codes.ts";
import { serveHealth } from "../platform/health.ts";
import { createKafkaProducer } from "../platform/kafka-producer.ts";
import { loadKafkaSecurity } from "../platform/kafka-security.ts";
import { createLogger } from "../platform/logger.ts";
import { createPool } from "../platform/postgres.ts";
import { openTracing } from "../platform/tracing/tracing.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { dispatcherVariables } from "./config.ts";
import { openDispatcherMetrics } from "./open-metrics.ts";
import { runDispatcher } from "./run.ts";

/** `dispatcher`: brings due notifications to Kafka until it is told to stop. */
export function define(command: Command): void {
  command.action(start);
}

async function start(): Promise<void> {
  const config = loadConfig(dispatcherVariables);
  const logger = createLogger("dispatcher", config.LOG_LEVEL);
  const stopping = shutdownSignal();
  const tracing = await openTracing("dispatcher");
  const pool = createPool(
    { url: config.DATABASE_URL, role: config.DATABASE_ROLE, applicationName: "dispatcher" },
    {
      size: 2,
      onIdleError: (error) => {
        logger.warn({ reason: error.message }, "database connection lost");
      },
    },
  );
  const security = loadKafkaSecurity(config);
  const metrics = openDispatcherMetrics(pool, config, security);
  const producer = await createKafkaProducer({
    bootstrap: config.KAFKA_BOOTSTRAP,
    security,
    clientId: "dispatcher",
    onFatal: (error) => {
      logger.fatal({ err: error }, "Kafka producer cannot go on");
      process.exit(ExitCode.failed);
    },
  });
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: metrics.registry,
    isReady: () => true,
  });
  logger.info("dispatching");
  const arming = createArmingWatch({ database: pool, metrics: metrics.dispatch, logger, by: "dispatcher" });
  await runDispatcher({
    pool,
    producer,
    tracing,
    metrics: metrics.dispatch,
    config,
    logger,
    arming,
    stopping,
  });
  await producer.close();
  await pool.end();
  closeHealth();
  await tracing.close();
  await metrics.close();
  logger.info("stopped");
}
