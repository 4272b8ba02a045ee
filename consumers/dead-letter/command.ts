import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { z } from "zod";
import { decodeDeadLetter } from "../../events/dead-letter.ts";
import { DEAD_LETTER_GROUP } from "../../events/consumer-groups.ts";
import { TOPICS } from "../../events/topics.ts";
import { kafkaVariables, loadConfig, logVariables, healthVariables } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import { serveHealth } from "../../platform/health.ts";
import { createKafkaConsumer, type ReceivedRecord } from "../../platform/kafka-consumer.ts";
import { loadKafkaSecurity } from "../../platform/kafka-security.ts";
import { createLogger, type Logger } from "../../platform/logger.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { createDeadLetterMetrics, type DeadLetterMetrics } from "./metrics.ts";

const deadLetterVariables = z.object({
  ...kafkaVariables,
  ...logVariables,
  ...healthVariables,
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
  const set = createMetricSet();
  const metrics = createDeadLetterMetrics(set);
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
    registry: set.registry,
    isReady: () => true,
  });
  logger.info("consuming");
  while (!stopping.aborted) {
    try {
      const records = await consumer.poll(maxBatch);
      for (const record of records) report(record, metrics, logger);
      if (records.length > 0) faultPoint("dead-letter.before-commit");
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

function report({ value, offset }: ReceivedRecord, metrics: DeadLetterMetrics, logger: Logger): void {
  const letter = decodeDeadLetter(value);
  if (letter === null) {
    logger.warn({ offset }, "unreadable dead letter");
    return;
  }
  const channel = letter.kind === "message" ? letter.channel : letter.topic;
  metrics.gaveUp(channel, letter.cause);
  logger.warn({ letter }, letter.kind === "message" ? "message given up" : "message unreadable");
}
