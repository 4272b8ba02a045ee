import kafka from "@confluentinc/kafka-javascript";
import type { KafkaConsumer, KafkaConsumerOptions, ReceivedRecord } from "./kafka-consumer.ts";
import { driverError, isFatalClientError } from "./kafka-error.ts";
import { librdkafkaSecurity, openKafka } from "./kafka-security.ts";
import { UnconfirmedOffsets } from "./kafka-unconfirmed.ts";
import { createPausing } from "./kafka-pausing.ts";
import { watchProgress } from "./kafka-watchdog.ts";

const connectTimeoutMs = 10_000;
const maxPollIntervalMs = 30_000;
/** How long a poll waits for the first message; then it takes what is there. */
const pollTimeoutMs = 100;
/** Claim checks are 100 bytes: 4 MB is more than any consumer has in flight. The default takes over a gigabyte. */
const prefetchKilobytes = 4_096;

/**
 * One membership of a group, by one client, which ends with the client's first fatal error: `poll` then rejects with
 * it, or `onFatal` is called, whichever the client does. Rejects when no broker answers within ten seconds.
 */
export async function joinGroup(options: KafkaConsumerOptions): Promise<KafkaConsumer> {
  const consumer = new kafka.KafkaConsumer(settings(options), { "auto.offset.reset": "earliest" });
  // A poll returns what is there as soon as there is something. Its types call this private; there is no other way.
  Reflect.apply(Reflect.get(consumer, "setDefaultIsTimeoutOnlyForFirstMessage") as () => void, consumer, [
    true,
  ]);
  consumer.setDefaultConsumeTimeout(pollTimeoutMs);
  await connected(consumer);
  return subscribed(consumer, options);
}

function settings(options: KafkaConsumerOptions): kafka.ConsumerGlobalConfig {
  return {
    "bootstrap.servers": options.bootstrap,
    "client.id": options.clientId,
    ...librdkafkaSecurity(options.security ?? openKafka),
    "group.id": options.group,
    ...(options.instanceId ? { "group.instance.id": options.instanceId } : {}),
    "partition.assignment.strategy": "cooperative-sticky",
    "enable.auto.commit": false,
    "enable.auto.offset.store": false,
    "queued.max.messages.kbytes": prefetchKilobytes,
    "session.timeout.ms": 10_000,
    // A rebalance waits this long for a member that has not joined again, and nobody reads meanwhile; 5 minutes by default.
    // It must exceed the longest time between two polls: a claim that waits for the database polls too.
    "max.poll.interval.ms": maxPollIntervalMs,
    // A partition that was added, or a topic that a starting broker did not know yet, is found soon; 5 minutes by default.
    "topic.metadata.refresh.interval.ms": 30_000,
    rebalance_cb: true,
    offset_commit_cb: true,
  };
}

function connected(consumer: kafka.KafkaConsumer): Promise<void> {
  return new Promise((resolve, reject) => {
    consumer.connect({ timeout: connectTimeoutMs }, (error) => {
      const failure = driverError(error);
      if (failure !== null) reject(failure);
      else resolve();
    });
  });
}

function subscribed(consumer: kafka.KafkaConsumer, options: KafkaConsumerOptions): KafkaConsumer {
  const pausing = createPausing(consumer);
  let closing = false;
  const unconfirmed = commitsAgain(consumer);
  consumer.on("event.error", (error) => {
    if (isFatalClientError(error)) options.onFatal(new Error(error.message));
  });
  consumer.on("rebalance", () => {
    // The assignment changes only after this event; and what is newly assigned is not paused.
    setImmediate(() => {
      // Leaving the group is a rebalance too, and its last news comes when the client is half gone.
      if (closing || !consumer.isConnected()) return;
      pausing.assigned();
      unconfirmed.keepOnly(consumer.assignments().map(({ partition }) => partition));
      options.onRebalance(consumer.assignments().length);
    });
  });
  consumer.subscribe([options.topic]);
  const watchdog = watchProgress(consumer, {
    isPaused: pausing.isPaused,
    onStall: options.onFatal,
    onCommitted: (at) => unconfirmed.stands(at),
  });
  return {
    async poll(max) {
      const records = await consume(consumer, max);
      if (records.length > 0) watchdog.progressed(records);
      commitCalmly(consumer, unconfirmed.toRepeat(performance.now()));
      return records;
    },
    commit(records) {
      const offsets = nextOffsets(records);
      unconfirmed.asked(offsets, performance.now());
      commitCalmly(consumer, offsets);
    },
    pause: pausing.pause,
    resume: pausing.resume,
    close() {
      closing = true;
      watchdog.stop();
      return new Promise((resolve) => consumer.disconnect(() => resolve()));
    },
  };
}

function commitsAgain(consumer: kafka.KafkaConsumer): UnconfirmedOffsets {
  const unconfirmed = new UnconfirmedOffsets();
  consumer.on("offset.commit", (error: unknown, offsets) => {
    if (driverError(error) === null) unconfirmed.confirmed(offsets);
  });
  return unconfirmed;
}

function commitCalmly(consumer: kafka.KafkaConsumer, offsets: readonly kafka.TopicPartitionOffset[]): void {
  if (offsets.length === 0 || !consumer.isConnected()) return;
  try {
    consumer.commit([...offsets]);
  } catch {
    // The partition has just gone to another member: it reads these again and finds them claimed.
  }
}

function consume(consumer: kafka.KafkaConsumer, max: number): Promise<readonly ReceivedRecord[]> {
  return new Promise((resolve, reject) => {
    consumer.consume(max, (error, records) => {
      const failure = driverError(error);
      if (failure !== null) reject(failure);
      else resolve(records);
    });
  });
}

/** The offset after the last message of each partition. */
function nextOffsets(records: readonly ReceivedRecord[]): kafka.TopicPartitionOffset[] {
  const next = new Map<number, kafka.TopicPartitionOffset>();
  for (const { topic, partition, offset } of records) {
    if (offset >= (next.get(partition)?.offset ?? 0))
      next.set(partition, { topic, partition, offset: offset + 1 });
  }
  return [...next.values()];
}
