import { DEAD_LETTER_GROUP, groupOfChannel } from "../events/consumer-groups.ts";
import { TOPICS } from "../events/topics.ts";
import { CHANNELS } from "../notification/channel.ts";
import { createKafkaAdmin, type KafkaAdmin, type PartitionLag } from "../platform/kafka-admin.ts";
import type { KafkaSecurity } from "../platform/kafka-security.ts";
import { HttpProblem } from "./http/problem.ts";

/** What one topic holds that its consumers have not committed. */
export interface TopicLag {
  readonly topic: string;
  readonly group: string;
  readonly lag: number;
  readonly partitions: readonly PartitionLag[];
}

/** The lag of every topic, as of an instant. */
export interface Lag {
  readonly asOf: Date;
  readonly topics: readonly TopicLag[];
}

/** Asks Kafka for the lag, at most once in two seconds however many ask. */
export interface LagReader {
  /** Throws a 503 problem while no broker answers. */
  read(): Promise<Lag>;
  close(): Promise<void>;
}

const believedForMs = 2_000;
const answerWithinMs = 3_000;

/** Where the brokers are. */
export interface Brokers {
  readonly bootstrap: string;
  readonly security: KafkaSecurity;
}

/** A reader that connects when it is first asked, and anew after a failure. */
export function createLagReader({ bootstrap, security }: Brokers): LagReader {
  let admin: Promise<KafkaAdmin> | null = null;
  let known: { readonly lag: Promise<Lag>; readonly atMs: number } | null = null;
  const ask = async (): Promise<Lag> => {
    admin ??= createKafkaAdmin(bootstrap, "admin", security, answerWithinMs);
    const asked = admin;
    try {
      return await inTime(asked.then(lagOfTopics));
    } catch {
      // A client whose broker has gone is not asked again.
      if (admin === asked) admin = null;
      void asked.then((client) => client.close()).catch(() => undefined);
      throw new HttpProblem(503, "kafka-away", "Kafka does not answer; try again", { retryAfterS: 5 });
    }
  };
  return {
    read: () => {
      if (known === null || performance.now() - known.atMs > believedForMs) {
        known = { lag: ask(), atMs: performance.now() };
      }
      return known.lag;
    },
    close: async () => {
      const last = admin;
      admin = null;
      await last?.then((client) => client.close()).catch(() => undefined);
    },
  };
}

async function lagOfTopics(admin: KafkaAdmin): Promise<Lag> {
  const groups = [
    ...CHANNELS.map((channel) => ({ topic: TOPICS[channel], group: groupOfChannel(channel) })),
    { topic: TOPICS.deadLetter, group: DEAD_LETTER_GROUP },
  ];
  const known = await admin.partitionCounts(groups.map(({ topic }) => topic));
  const topics = await Promise.all(
    groups
      .filter(({ topic }) => known.has(topic))
      .map(async ({ topic, group }) => {
        const partitions = await admin.partitionLags(group, topic);
        return { topic, group, partitions, lag: partitions.reduce((sum, { lag }) => sum + lag, 0) };
      }),
  );
  return { asOf: new Date(), topics };
}

async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error("no answer in time"));
  }, answerWithinMs);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
