import kafka from "@confluentinc/kafka-javascript";
import { decodeClaimCheck, type ClaimCheck } from "../../events/claim-check.ts";
import { topicOfChannel } from "../../events/topics.ts";
import type { Channel } from "../../notification/channel.ts";

/** A claim check's first place in each partition that holds it. */
export type Places = ReadonlyMap<number, number>;

const batch = 1_000;
const catchUpMs = 10_000;
const connectTimeoutMs = 10_000;

/** What a row that is queued has in common with its claim check. */
export type ClaimCheckId = Pick<ClaimCheck, "billId" | "generation" | "seq">;

/**
 * Where the claim checks of one channel stand, read from the log itself: who produced a claim check is not told its offset.
 * Reads as nobody's member, so it moves no group and no rebalance stops it.
 */
export class ClaimCheckLog {
  readonly #consumer: kafka.KafkaConsumer;
  readonly #places = new Map<string, Map<number, number>>();
  readonly #next = new Map<number, number>();

  private constructor(consumer: kafka.KafkaConsumer, partitions: readonly number[]) {
    this.#consumer = consumer;
    for (const partition of partitions) this.#next.set(partition, 0);
  }

  static async open(
    bootstrap: string,
    channel: Channel,
    partitions: readonly number[],
  ): Promise<ClaimCheckLog> {
    const consumer = new kafka.KafkaConsumer(
      {
        ...{ "bootstrap.servers": bootstrap, "client.id": "faults", "group.id": "faults-claim-checks" },
        "enable.auto.commit": false,
      },
      { "auto.offset.reset": "earliest" },
    );
    // A broker that goes away is no error here: the client finds it again.
    consumer.on("event.error", () => undefined);
    await new Promise<void>((resolve, reject) => {
      consumer.connect({ timeout: connectTimeoutMs }, (error) => {
        if ((error as unknown) === null || (error as unknown) === undefined) resolve();
        else reject(new Error(error.message));
      });
    });
    consumer.setDefaultConsumeTimeout(100);
    const topic = topicOfChannel(channel);
    consumer.assign(partitions.map((partition) => ({ topic, partition, offset: 0 })));
    return new ClaimCheckLog(consumer, partitions);
  }

  /** Reads at least up to these offsets; false when that takes too long, for the broker is away. */
  async readTo(ends: ReadonlyMap<number, number>): Promise<boolean> {
    const deadlineMs = performance.now() + catchUpMs;
    const isBehind = (): boolean =>
      [...ends].some(([partition, end]) => (this.#next.get(partition) ?? 0) < end);
    while (isBehind()) {
      if (performance.now() > deadlineMs) return false;
      for (const { partition, offset, value } of await this.#consume()) this.#add(partition, offset, value);
    }
    return true;
  }

  /** Empty when it has not been read. */
  placesOf(id: ClaimCheckId): Places {
    return this.#places.get(nameOf(id)) ?? new Map();
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#consumer.disconnect(() => resolve()));
  }

  #consume(): Promise<kafka.Message[]> {
    return new Promise((resolve) => {
      this.#consumer.consume(batch, (error, messages) => {
        resolve((error as unknown) ? [] : messages);
      });
    });
  }

  #add(partition: number, offset: number, value: Buffer | null): void {
    this.#next.set(partition, offset + 1);
    const decoded = decodeClaimCheck(value);
    if (decoded.kind !== "claim-check") return;
    const name = nameOf(decoded.claimCheck);
    const places = this.#places.get(name) ?? new Map<number, number>();
    this.#places.set(name, places.set(partition, Math.min(offset, places.get(partition) ?? Infinity)));
  }
}

function nameOf({ billId, generation, seq }: ClaimCheckId): string {
  return `${billId}/${generation}/${seq}`;
}
