import { setTimeout as sleep } from "node:timers/promises";
import { AssignerProtocol, Kafka, logLevel, type Admin } from "kafkajs";
import { groupOfChannel, SUBSCRIPTIONS } from "../../events/consumer-groups.ts";
import { topicOfChannel } from "../../events/topics.ts";
import type { Channel } from "../../notification/channel.ts";
import { kafkajsSocket } from "../../platform/kafkajs-socket.ts";

type Member = Awaited<ReturnType<Admin["describeGroups"]>>["groups"][number]["members"][number];

/**
 * What the consumer group of each channel looks like at this moment, a line a fact: its state, who is in it and with which
 * partitions, and for each partition what is committed and where it ends. Says so when the broker does not answer.
 */
export async function groupPicture(bootstrap: string, channels: readonly Channel[]): Promise<string[]> {
  const kafka = new Kafka({
    brokers: [bootstrap],
    clientId: "faults",
    logLevel: logLevel.NOTHING,
    socketFactory: kafkajsSocket,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const lines: string[] = [];
    for (const channel of channels) lines.push(...(await linesOf(admin, channel)));
    return lines;
  } catch (error) {
    return [`no picture of the groups: ${String(error)}`];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

const joinedWithinMs = 60_000;

/** Waits until every group has settled: in a world where nobody reads yet, the first faults would meet nothing. */
export async function untilEverybodyReads(bootstrap: string): Promise<void> {
  const deadlineMs = performance.now() + joinedWithinMs;
  for (;;) {
    const states = await statesOfGroups(bootstrap);
    if (states.every((state) => state === "Stable")) return;
    if (performance.now() > deadlineMs) throw new Error(`groups are ${states.join(", ")}`);
    await sleep(200);
  }
}

async function statesOfGroups(bootstrap: string): Promise<readonly string[]> {
  const admin = new Kafka({
    ...{ brokers: [bootstrap], clientId: "faults", logLevel: logLevel.NOTHING, socketFactory: kafkajsSocket },
  }).admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups(SUBSCRIPTIONS.map(({ group }) => group));
    return groups.map(({ state }) => state);
  } catch (error) {
    return [String(error)];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function linesOf(admin: Admin, channel: Channel): Promise<string[]> {
  const groupId = groupOfChannel(channel);
  const topic = topicOfChannel(channel);
  const { groups } = await admin.describeGroups([groupId]);
  const ends = await admin.fetchTopicOffsets(topic);
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = new Map(offsets?.partitions.map(({ partition, offset }) => [partition, offset]));
  return [
    ...groups.map(({ state, protocol }) => `group ${groupId}: ${state}, assigned by ${protocol || "nobody"}`),
    ...groups.flatMap(({ members }) => members.map((member) => `  ${memberText(member, topic)}`)),
    ...ends.map(({ partition, low, high }) => {
      const done = committed.get(partition) ?? "-1";
      const lag = Number(high) - Math.max(Number(done), Number(low));
      return `  partition ${partition}: committed ${done} of ${low}..${high}, lag ${lag}`;
    }),
  ];
}

function memberText({ memberId, clientHost, memberAssignment }: Member, topic: string): string {
  const assigned =
    memberAssignment.length === 0 ? null : AssignerProtocol.MemberAssignment.decode(memberAssignment);
  const partitions = assigned?.assignment[topic] ?? [];
  // The id begins with the instance's name, for a static member, or the client's.
  return `member ${memberId} at ${clientHost}: partitions ${partitions.join() || "none"}`;
}
