import { hostname } from "node:os";
import type { Channel } from "../../notification/channel.ts";
import { createArmingWatch } from "../../database/arming/arming-watch.ts";
import { groupOfChannel } from "../../events/consumer-groups.ts";
import { topicOfChannel } from "../../events/topics.ts";
import { createColumnCipher, type ColumnCipher } from "../../platform/encryption.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { serveHealth } from "../../platform/health.ts";
import { createKafkaConsumer } from "../../platform/kafka-consumer.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { loadKafkaSecurity } from "../../platform/kafka-security.ts";
import { createLogger, type Logger } from "../../platform/logger.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { addPoolMetrics } from "../../platform/metrics/pool-metrics.ts";
import { openTracing } from "../../platform/tracing/tracing.ts";
import { createPool } from "../../platform/postgres.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { createBillBooks } from "./bill-books.ts";
import { createBreakerBoard } from "./breaker-board.ts";
import type { ConsumerConfig } from "./config.ts";
import { createDeadLetterTopic } from "./dead-letter-topic.ts";
import type { ChannelDelivery } from "./deliver.ts";
import { createConsumerMetrics } from "./metrics.ts";
import { runPipeline } from "./pipeline.ts";
import { createProviderGate, type GatedProvider, type ProviderGate } from "./provider-gate.ts";
import { createResultWriter } from "./result-writer.ts";
import { createSharedRates, type SharedRatesOptions } from "./shared-rates.ts";

/** Runs the consumer of one channel until SIGTERM; `build` gives it its senders and its way to compose. */
export async function runConsumer<Content>(
  channel: Channel,
  config: ConsumerConfig,
  providers: readonly GatedProvider[],
  build: (cipher: ColumnCipher) => ChannelDelivery<Content>,
): Promise<void> {
  const logger = createLogger(channel, config.LOG_LEVEL);
  const set = createMetricSet();
  const tracing = await openTracing(channel);
  const cipher = createColumnCipher(config.ENCRYPTION_KEYS, config.BLIND_INDEX_KEY);
  const stopping = shutdownSignal();
  const pool = openPool(channel, config, logger);
  addPoolMetrics(set, pool);
  const { producer, consumer } = await connectKafka(channel, config, logger);
  const deadLetters = createDeadLetterTopic(producer, logger);
  const gate = openGate(channel, providers, { database: pool, channel, logger });
  const metrics = createConsumerMetrics(set, channel, gate.names);
  const delivery = { ...build(cipher), gate, cipher, metrics, logger, tracing };
  const writer = createResultWriter({
    database: pool,
    logger,
    onWritten: (moved, seconds) => {
      metrics.wrote(seconds);
      for (const settled of moved) metrics.moved(settled);
      deadLetters.dead(moved);
    },
  });
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: set.registry,
    isReady: () => true,
  });
  const arming = createArmingWatch({ database: pool, metrics, logger, by: `consumer of ${channel}` });
  logger.info({ providers: gate.names }, "consuming");
  await runPipeline({
    consumer,
    claimer: {
      ...{ database: pool, bookOf: createBillBooks(pool), cipher, channel },
      ...{ metrics, arming, gate, tracing },
    },
    delivery,
    writer,
    deadLetters,
    board: createBreakerBoard({ database: pool, gate, logger, channel, consumer: ownName() }),
    maxInFlight: config.IN_FLIGHT,
    claimBatch: config.CLAIM_BATCH,
    stopping,
    shutdownDeadlineMs: config.SHUTDOWN_DEADLINE_MS,
  });
  await consumer.close();
  await producer.close();
  await Promise.all([...delivery.senders.values()].map((sender) => sender.close()));
  await pool.end();
  closeHealth();
  await tracing.close();
  logger.info("stopped");
  // What missed the deadline is still under way and would keep the process alive; its leases cover it.
  process.exit(ExitCode.done);
}

/** In a cluster the pod's name tells processes apart, on one machine the process id. */
function ownName(): string {
  return `${hostname()}/${process.pid}`;
}

function openGate(
  channel: Channel,
  providers: readonly GatedProvider[],
  options: SharedRatesOptions,
): ProviderGate {
  const names = providers.map(({ name }) => name);
  return createProviderGate(channel, providers, createSharedRates(options, names));
}

function openPool(channel: Channel, config: ConsumerConfig, logger: Logger): ReturnType<typeof createPool> {
  const { DATABASE_URL: url, DATABASE_ROLE: role } = config;
  const onIdleError = (error: Error): void => {
    logger.warn({ reason: error.message }, "database connection lost");
  };
  // One connection claims, one writes results, one takes tokens.
  return createPool({ url, role, applicationName: `consumer-${channel}` }, { size: 3, onIdleError });
}

async function connectKafka(
  channel: Channel,
  config: ConsumerConfig,
  logger: Logger,
): Promise<{
  producer: Awaited<ReturnType<typeof createKafkaProducer>>;
  consumer: Awaited<ReturnType<typeof createKafkaConsumer>>;
}> {
  const onFatal = (error: Error): void => {
    logger.fatal({ err: error }, "Kafka client cannot go on");
    process.exit(ExitCode.failed);
  };
  const common = {
    bootstrap: config.KAFKA_BOOTSTRAP,
    security: loadKafkaSecurity(config),
    clientId: `consumer-${channel}`,
    onFatal,
  };
  const producer = await createKafkaProducer(common);
  const consumer = await createKafkaConsumer({
    ...common,
    group: groupOfChannel(channel),
    topic: topicOfChannel(channel),
    instanceId: config.GROUP_INSTANCE_ID,
    onRejoin: (cause) => {
      logger.warn({ err: cause }, "joined the group again");
    },
    onRebalance: (partitions) => {
      logger.info({ partitions }, "partitions assigned");
    },
  });
  return { producer, consumer };
}
