import type { GenerationAddress } from "../../database/generations/address.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { TOPICS } from "../../events/topics.ts";
import { deliveryInvariants, type Witnesses } from "../../local/invariants/check-invariants.ts";
import { createKafkaConsumer } from "../../platform/kafka-consumer.ts";
import { personalIn } from "../support/personal-data.ts";
import type { FaultWorld } from "./fault-world.ts";

/** Everything that must hold after healing. */
export async function judge(
  world: FaultWorld,
  address: GenerationAddress,
  witnesses: Witnesses,
): Promise<Invariant[]> {
  return world.withDatabase(async (client) => [
    ...(await deliveryInvariants(client, address, witnesses)),
    nobodyNamed("no-personal-data-in-logs", world.supervisor.logs()),
  ]);
}

/** Nothing that Kafka holds names a member; asked once, at the end of all. */
export async function nobodyInKafka(world: FaultWorld): Promise<Invariant> {
  const topics = await Promise.all(Object.values(TOPICS).map((topic) => everythingIn(world, topic)));
  return nobodyNamed("no-personal-data-in-kafka", topics.flat());
}

/** Holds when there are texts and none of them names a member. */
export function nobodyNamed(name: string, texts: readonly string[]): Invariant {
  const found = texts.flatMap((text) => personalIn(text) ?? []);
  return {
    name,
    holds: texts.length > 0 && found.length === 0,
    detail: `${texts.length} texts, found ${found.slice(0, 3).join()}`,
  };
}

/** The values of a topic from its beginning; at its end nothing comes for a while. */
async function everythingIn(world: FaultWorld, topic: string): Promise<string[]> {
  const consumer = await createKafkaConsumer({
    ...{ bootstrap: world.kafka.bootstrap, clientId: "faults", group: `faults-${topic}`, topic },
    ...{ instanceId: "", onFatal: () => undefined, onRejoin: () => undefined, onRebalance: () => undefined },
  });
  const texts: string[] = [];
  for (let empty = 0; empty < 30;) {
    const records = await consumer.poll(500);
    empty = records.length === 0 ? empty + 1 : 0;
    texts.push(...records.map(({ value }) => value?.toString() ?? ""));
  }
  await consumer.close();
  return texts;
}
