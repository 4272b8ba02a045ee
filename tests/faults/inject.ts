import { setTimeout as sleep } from "node:timers/promises";
import { Kafka, logLevel } from "kafkajs";
import { groupOfChannel } from "../../events/consumer-groups.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { encodeClaimCheck } from "../../events/claim-check.ts";
import { TOPICS, topicOfChannel } from "../../events/topics.ts";
import type { Channel } from "../../notification/channel.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { kafkajsSocket } from "../../platform/kafkajs-socket.ts";
import { spawnProgram } from "../delivery/world.ts";
import type { FaultWorld } from "./fault-world.ts";
import { seededRandom } from "./random.ts";
import { nameOf, type Fault } from "./schedule.ts";

/** What an injected fault needs besides the world. */
export interface Injection {
  readonly world: FaultWorld;
  readonly address: GenerationAddress;
  readonly seed: number;
  /** Told of each fault that really came to pass. */
  readonly hit: (name: string) => void;
  /** Billing clock now, and how it is set. */
  readonly jump: (hours: number) => Promise<void>;
}

/** Brings a fault about; resolves when what it does by itself is over (a frozen process runs again). */
export async function inject(injection: Injection, fault: Fault): Promise<void> {
  const { world, hit } = injection;
  const { supervisor } = world;
  switch (fault.kind) {
    case "kill-at-point":
      killAtPoint(injection, fault);
      return;
    case "kill":
      supervisor.signal(fault.place, "SIGKILL");
      break;
    case "terminate":
      supervisor.signal(fault.place, "SIGTERM");
      break;
    case "freeze":
      supervisor.signal(fault.place, "SIGSTOP");
      await sleep(fault.forMs);
      supervisor.signal(fault.place, "SIGCONT");
      break;
    case "kill-provider":
      supervisor.signal("provider", "SIGKILL");
      break;
    case "kill-postgres":
      await world.killPostgres();
      break;
    case "kill-kafka":
      await world.killKafka();
      break;
    case "cut-postgres":
      world.postgresProxy.cut();
      break;
    case "cut-kafka":
      world.kafkaProxy.cut();
      break;
    case "provider":
      world.providerProxy.behave(fault.mode);
      await sleep(fault.forMs);
      world.providerProxy.behave("sound");
      break;
    case "replay-topic":
    case "lose-offsets":
      if (!(await resetGroup(world, fault.kind))) return;
      break;
    case "repeat-and-shuffle":
      await repeatAndShuffle(injection);
      break;
    case "rebalance-storm":
      await rebalanceStorm(world);
      break;
    case "clock-jump":
      await injection.jump(fault.hours);
  }
  hit(nameOf(fault));
}

function killAtPoint(
  { world: { supervisor }, hit }: Injection,
  fault: Extract<Fault, { kind: "kill-at-point" }>,
): void {
  const { place, point, first } = fault;
  const arm = (): void => {
    supervisor.arm(place, point, () => {
      hit(nameOf(fault));
    });
  };
  if (first === undefined) arm();
  else supervisor.arm(place, first, arm);
}

const emptyGroupMs = 25_000;

/** Only a group without members can be changed: they are stopped, and those that were static are waited for. */
async function resetGroup(world: FaultWorld, how: "replay-topic" | "lose-offsets"): Promise<boolean> {
  const places = ["email-0", "email-1"];
  const groupId = groupOfChannel("email");
  await Promise.all(places.map((place) => world.supervisor.hold(place)));
  const kafka = new Kafka({
    brokers: [world.kafka.bootstrap],
    logLevel: logLevel.NOTHING,
    socketFactory: kafkajsSocket,
  });
  const admin = kafka.admin();
  const deadlineMs = performance.now() + emptyGroupMs;
  let done = false;
  while (!done && performance.now() < deadlineMs) {
    try {
      await admin.connect();
      const { groups } = await admin.describeGroups([groupId]);
      // A group that has committed nothing yet has nothing to be reset.
      if (groups[0]?.state === "Dead") break;
      if (groups[0]?.state === "Empty") {
        if (how === "lose-offsets") await admin.deleteGroups([groupId]);
        else await admin.resetOffsets({ groupId, topic: TOPICS.email, earliest: true });
        done = true;
      }
    } catch {
      // The broker may be away as well, and the group still be led by nobody.
    }
    if (!done) await sleep(250);
  }
  await admin.disconnect().catch(() => undefined);
  for (const place of places) world.supervisor.release(place);
  return done;
}

interface QueuedOnce {
  readonly bill_id: number;
  readonly seq: number;
  readonly channel: Channel;
}

/** Every claim check there ever was of this generation, twice, in any order. */
async function repeatAndShuffle({ world, address, seed }: Injection): Promise<void> {
  const { rows } = await world.withDatabase((client) =>
    client.query<QueuedOnce>(
      "select bill_id, seq, channel from notifications where generation = $1 and seq > 0",
      [address.generation],
    ),
  );
  const random = seededRandom(seed + 1);
  const records = rows
    .flatMap((row) => [row.seq, row.seq, Math.max(1, row.seq - 1)].map((seq) => ({ ...row, seq })))
    .map(({ bill_id: billId, seq, channel }) => ({
      topic: topicOfChannel(channel),
      key: String(random.between(1, 1_000_000)),
      value: encodeClaimCheck({ ...address, billId, seq, channel }),
      place: random.fraction(),
    }))
    .toSorted((one, other) => one.place - other.place);
  const producer = await createKafkaProducer({
    bootstrap: world.kafka.bootstrap,
    clientId: "faults",
    onFatal: () => undefined,
  });
  await producer.produceAll(records.map(({ topic, key, value }) => ({ topic, key, value })));
  await producer.close();
}

/** Members that come and go, without the leave being waited for. */
async function rebalanceStorm(world: FaultWorld): Promise<void> {
  const environment = { ...world.environment, DATABASE_ROLE: "billing_consumer", GROUP_INSTANCE_ID: "" };
  for (let round = 0; round < 3; round++) {
    const visitor = spawnProgram(["email"], environment);
    visitor.child.stdout?.resume();
    await sleep(1_800);
    visitor.child.kill("SIGTERM");
    const force = setTimeout(() => visitor.child.kill("SIGKILL"), 10_000);
    await visitor.ended;
    clearTimeout(force);
  }
}
