import { setImmediate as nextTurn } from "node:timers/promises";
import kafka from "@confluentinc/kafka-javascript";
import { driverError, isFatalClientError } from "./kafka-error.ts";
import { librdkafkaSecurity, openKafka, type KafkaSecurity } from "./kafka-security.ts";
import { RetryableError } from "./errors.ts";

const connectTimeoutMs = 10_000;
/** After this a message that no broker took has failed, and with it its batch. The outbox holds it, not memory. */
const deliveryTimeoutMs = 30_000;
const queueFullCode = kafka.CODES.ERRORS.ERR__QUEUE_FULL;

/** One message to produce. Messages of one key keep their order. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

/** Produces with acks=all, without duplicates by its own retries. */
export interface KafkaProducer {
  /**
   * Resolves when the brokers have acknowledged every record. Rejects with RetryableError `produce-failed` when one
   * was not: then any of them may or may not be in the log.
   */
  produceAll(records: readonly OutgoingRecord[]): Promise<void>;
  /** Waits for what is under way, then leaves. */
  close(): Promise<void>;
}

export interface KafkaProducerOptions {
  readonly bootstrap: string;
  /** [in the clear, unknown] */
  readonly security?: KafkaSecurity;
  readonly clientId: string;
  /** The client cannot go on; the process should end so that its supervisor starts another. */
  readonly onFatal: (error: Error) => void;
}

/** A connected producer. Rejects when no broker answers within ten seconds. */
export async function createKafkaProducer(options: KafkaProducerOptions): Promise<KafkaProducer> {
  const producer = new kafka.HighLevelProducer({
    "bootstrap.servers": options.bootstrap,
    "client.id": options.clientId,
    ...librdkafkaSecurity(options.security ?? openKafka),
    acks: -1,
    "enable.idempotence": true,
    "message.timeout.ms": deliveryTimeoutMs,
    "compression.codec": "lz4",
    "linger.ms": 5,
    partitioner: "murmur2_random", // as every other Kafka client: a key finds the same partition from anywhere
  });
  producer.on("event.error", (error) => {
    if (isFatalClientError(error)) options.onFatal(new Error(error.message));
  });
  await new Promise<void>((resolve, reject) => {
    producer.connect({ timeout: connectTimeoutMs }, (error) => {
      const failure = driverError(error);
      if (failure !== null) reject(failure);
      else resolve();
    });
  });
  return {
    produceAll: (records) => produceAll(producer, records),
    close: () =>
      new Promise((resolve) => {
        producer.flush(deliveryTimeoutMs, () => producer.disconnect(() => resolve()));
      }),
  };
}

/** Hands a record to the client, waiting while its queue is full. */
async function enqueue(
  producer: kafka.HighLevelProducer,
  record: OutgoingRecord,
  onDelivered: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    const queue = { full: false };
    producer.produce(
      record.topic,
      null,
      Buffer.from(record.value),
      record.key,
      null,
      (error: { code?: number } | null) => {
        // A full queue is told through the callback, before `produce` returns.
        if (error?.code === queueFullCode) queue.full = true;
        else onDelivered(error);
      },
    );
    if (!queue.full) return;
    await nextTurn();
  }
}

function produceAll(producer: kafka.HighLevelProducer, records: readonly OutgoingRecord[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = records.length;
    let failure: unknown;
    if (open === 0) resolve();
    const onDelivered = (error: unknown): void => {
      if (error) failure ??= error;
      if (--open > 0) return;
      if (failure === undefined) resolve();
      else {
        const message = "Kafka did not acknowledge every message";
        reject(new RetryableError("produce-failed", message, { retryAfterMs: 1_000, cause: failure }));
      }
    };
    void (async () => {
      for (const record of records) await enqueue(producer, record, onDelivered);
    })();
  });
}
