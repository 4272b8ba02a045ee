import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { z } from "zod";
import { decodeDeadLetter } from "../../events/dead-letter.ts";
import { DEAD_LETTER_GROUP, TOPICS } from "../../events/topics.ts";
import { kafkaVariables, loadConfig, logVariables } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { serveHealth } from "../../platform/health.ts";
import { createKafkaConsumer, type ReceivedRecord } from "../../platform/kafka-consumer.ts";
import { loadKafkaSecurity } from "../../platform/kafka-security.ts";
import { createLogger, type Logger } from "../../platform/logger.ts";
import { createDeliveryMetrics, type DeliveryMetrics } from "../../platform/metrics.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";

const deadLetterVariables = z.object({
  ...kafkaVariables,
  ...logVariables,
  /** Port of /healthz, /readyz and /metrics; 0 = none. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
});

const maxBatch = 500;
const retryDelayMs = 500;

/** `dead-letter`: logs and counts what was given up, for alerts. What is kept of it stands in the tables already. */
export function define(command: Command): void {
  command.action(start);
}

async function start(): Promise<void> {
  const config = loadConfig(deadLetterVariables);
  const logger = createLogger("dead-letter", config.LOG_LEVEL);
  const metrics = createDeliveryMetrics(true);
  const stopping = shutdownSignal();
  const consumer = await createKafkaConsumer({
    bootstrap: config.KAFKA_BOOTSTRAP,
    security: loadKafkaSecurity(config),
    clientId: "dead-letter",
    group: DEAD_LETTER_GROUP,
    topic: TOPICS.deadLetter,
    instanceId: "",
    onFatal: (error) => {
      logger.fatal({ err: error }, "Kafka client cannot go on");
      process.exit(ExitCode.failed);
    },
    onRejoin: (cause) => {
      logger.warn({ err: cause }, "joined the group again");
    },
    onRebalance: () => undefined,
  });
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: metrics.registry,
    isReady: () => true,
  });
  logger.info("consuming");
  while (!stopping.aborted) {
    try {
      const records = await consumer.poll(maxBatch);
      for (const record of records) report(record, metrics, logger);
      consumer.commit(records);
    } catch (error) {
      logger.warn({ err: error }, "poll failed, trying again");
      await sleep(retryDelayMs);
    }
  }
  await consumer.close();
  closeHealth();
  logger.info("stopped");
}

function report({ value, offset }: ReceivedRecord, metrics: DeliveryMetrics, logger: Logger): void {
  const letter = decodeDeadLetter(value);
  if (letter === null) {
    logger.warn({ offset }, "unreadable dead letter");
    return;
  }
  const channel = letter.kind === "message" ? letter.channel : letter.topic;
  metrics.dead.inc({ channel, cause: letter.cause });
  logger.warn({ letter }, letter.kind === "message" ? "message given up" : "message unreadable");
}
