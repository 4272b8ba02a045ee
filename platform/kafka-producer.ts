import { setImmediate as nextTurn } from "node:timers/promises";
import kafka from "@confluentinc/kafka-javascript";
import { driverError, isFatalClientError } from "./kafka-error.ts";
import { librdkafkaSecurity, openKafka, type KafkaSecurity } from "./kafka-security.ts";
import { RetryableError } from "./errors.ts";

const connectTimeoutMs = 10_000;
/** After this a message that no broker took has failed, and with it its batch. The outbox holds it, not memory. */
const deliveryTimeoutMs = 30_000;
/** While records are under way; between times an error of the client is heard of within a second. */
const pollEveryMs = 2;
const idlePollEveryMs = 1_000;
const queueFullCode = kafka.CODES.ERRORS.ERR__QUEUE_FULL;

/** One message to produce. Messages of one key keep their order. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  /** Seen by whoever reads the message. [none] */
  readonly headers?: Readonly<Record<string, string>>;
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
  // One function called for each report: the client's HighLevelProducer makes a listener and a turn of the event loop of each.
  const producer = new kafka.Producer({
    "bootstrap.servers": options.bootstrap,
    "client.id": options.clientId,
    ...librdkafkaSecurity(options.security ?? openKafka),
    acks: -1,
    "enable.idempotence": true,
    "message.timeout.ms": deliveryTimeoutMs,
    "compression.codec": "lz4",
    "linger.ms": 5,
    partitioner: "murmur2_random", // as every other Kafka client: a key finds the same partition from anywhere
    dr_cb: true,
  });
  producer.on("delivery-report", (error, { opaque }) => {
    (opaque as OnReported)(error);
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
  producer.setPollInterval(idlePollEveryMs);
  const polling = createPolling(producer);
  return {
    produceAll: (records) => polling.during(() => produceAll(producer, records)),
    close: () =>
      new Promise((resolve) => {
        producer.flush(deliveryTimeoutMs, () => {
          polling.end();
          producer.disconnect(() => resolve());
        });
      }),
  };
}

const noHeaders: kafka.MessageHeader[] = [];

/** As the client takes them: an object each. */
function headersOf({ headers }: OutgoingRecord): kafka.MessageHeader[] {
  if (headers === undefined) return noHeaders;
  return Object.entries(headers).map(([name, value]) => ({ [name]: value }));
}

/** Called once a record: null when the brokers have acknowledged it. */
type OnReported = (error: unknown) => void;

interface Polling {
  /** Fetches reports often until `work` has ended. */
  during(work: () => Promise<void>): Promise<void>;
  end(): void;
}

function createPolling(producer: kafka.Producer): Polling {
  let timer: NodeJS.Timeout | undefined;
  let works = 0;
  const end = (): void => {
    clearInterval(timer);
  };
  return {
    async during(work) {
      if (++works === 1) timer = setInterval(() => producer.poll(), pollEveryMs);
      try {
        await work();
      } finally {
        if (--works === 0) end();
      }
    },
    end,
  };
}

/** Hands a record to the client. False = its queue is full: again later. */
function enqueue(producer: kafka.Producer, record: OutgoingRecord, onReported: OnReported): boolean {
  try {
    const value = Buffer.from(record.value);
    producer.produce(record.topic, null, value, record.key, null, onReported, headersOf(record));
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === queueFullCode) return false;
    onReported(error);
  }
  return true;
}

function produceAll(producer: kafka.Producer, records: readonly OutgoingRecord[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = records.length;
    let failure: unknown;
    if (open === 0) resolve();
    const onReported = (error: unknown): void => {
      if (error) failure ??= error;
      if (--open > 0) return;
      if (failure === undefined) resolve();
      else {
        const message = "Kafka did not acknowledge every message";
        reject(new RetryableError("produce-failed", message, { retryAfterMs: 1_000, cause: failure }));
      }
    };
    void (async () => {
      for (const record of records) {
        while (!enqueue(producer, record, onReported)) await nextTurn();
      }
    })();
  });
}
