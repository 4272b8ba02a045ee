/** Where a local broker listens and keeps its log segments. */
export interface BrokerPlace {
  readonly host: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly logDir: string;
}

/** server.properties of one KRaft node that is broker and controller, replication factor 1. */
export function kafkaProperties(
  place: BrokerPlace,
  differing: Readonly<Record<string, string>> = {},
): string {
  const properties = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${place.controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    listeners: `PLAINTEXT://${place.host}:${place.port},CONTROLLER://127.0.0.1:${place.controllerPort}`,
    "advertised.listeners": `PLAINTEXT://${place.host}:${place.port}`,
    "log.dirs": place.logDir,
    "auto.create.topics.enable": false,
    // 50 partitions of the offsets topic by default: seconds of start for nothing on one broker.
    "offsets.topic.num.partitions": 8,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    // After kill -9 a broker may not register again before its old session has run out: 9 s by default.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
    // Consumers get their partitions at once, not after 3 s.
    "group.initial.rebalance.delay.ms": 0,
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024, // of 512 MB of heap, the default takes 128
    ...differing,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join("");
}
