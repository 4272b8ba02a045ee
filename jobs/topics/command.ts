import { Option, type Command } from "commander";
import { z } from "zod";
import { TOPICS } from "../../events/topics.ts";
import { CHANNEL_REGISTRY, perChannel } from "../../notification/channels/registry.ts";
import { kafkaVariables, loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { createKafkaAdmin, type KafkaAdmin, type TopicPlan } from "../../platform/kafka-admin.ts";
import { loadKafkaSecurity, type KafkaSecurity } from "../../platform/kafka-security.ts";
import { parseWholeNumber } from "../job-options.ts";
import { patienceOption, until, waitOption } from "../until.ts";
import { ensureTopics } from "./ensure-topics.ts";

type TopicName = keyof typeof TOPICS;

interface Options extends Readonly<Record<TopicName, number>> {
  readonly replicas: number;
  readonly patience: number;
  readonly wait?: number;
}

interface Brokers {
  readonly bootstrap: string;
  readonly security: KafkaSecurity;
}

/** Powers of two: consumers are scaled to divisors of the number. */
const customaryPartitions: Readonly<Record<TopicName, number>> = {
  ...perChannel((channel) => CHANNEL_REGISTRY[channel].topicPartitions),
  deadLetter: 4,
};

/** `topics`: creates the topics of delivery and grows those with too few partitions, or waits until another has done so. */
export function define(command: Command): void {
  for (const [name, topic] of Object.entries(TOPICS)) {
    command.addOption(partitionsOption(name as TopicName, topic));
  }
  command
    .addOption(
      new Option("--replicas <number>", "copies of each partition").argParser(parseWholeNumber(1)).default(1),
    )
    .addOption(patienceOption("Kafka"))
    .addOption(waitOption("all topics exist"))
    .action(async (options: Options) => {
      const config = loadConfig(z.object(kafkaVariables));
      const brokers = { bootstrap: config.KAFKA_BOOTSTRAP, security: loadKafkaSecurity(config) };
      if (options.wait === undefined) await bringUp(brokers, options);
      else await waitForTopics(brokers, options.wait);
    });
}

function partitionsOption(name: TopicName, topic: string): Option {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new Option(`--${flag} <partitions>`, `partitions of ${topic}, at least`)
    .argParser(parseWholeNumber(1))
    .default(customaryPartitions[name]);
}

async function bringUp(brokers: Brokers, options: Options): Promise<void> {
  if (options.patience > 0) {
    await until(options.patience, () => withAdmin(brokers, () => Promise.resolve(null)), complain);
  }
  const plans = Object.entries(TOPICS).map(([name, topic]): TopicPlan => {
    return { topic, partitions: options[name as TopicName], replicas: options.replicas };
  });
  for (const line of await withAdmin(brokers, (admin) => ensureTopics(admin, plans))) {
    process.stdout.write(`${line}\n`);
  }
}

async function waitForTopics(brokers: Brokers, seconds: number): Promise<void> {
  const ready = await until(seconds, () => withAdmin(brokers, missing), complain);
  if (ready) process.stdout.write("all topics exist\n");
  else process.exitCode = ExitCode.failed;
}

async function missing(admin: KafkaAdmin): Promise<string | null> {
  const counts = await admin.partitionCounts(Object.values(TOPICS));
  const absent = Object.values(TOPICS).filter((topic) => !counts.has(topic));
  return absent.length === 0 ? null : `topics missing: ${absent.join(", ")}`;
}

async function withAdmin<Result>(
  { bootstrap, security }: Brokers,
  work: (admin: KafkaAdmin) => Promise<Result>,
): Promise<Result> {
  const admin = await createKafkaAdmin(bootstrap, "topics", security);
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
