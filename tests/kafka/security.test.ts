import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { TOPICS } from "../../events/topics.ts";
import { freePort } from "../../local/free-port.ts";
import { startKafka } from "../../local/kafka-server.ts";
import { kafkaClassPath } from "../../local/toolchain.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import { createKafkaConsumer, type ReceivedRecord } from "../../platform/kafka-consumer.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { openKafka, saslMechanisms, type KafkaSecurity } from "../../platform/kafka-security.ts";
import { createAuthority } from "../cluster/certificates.ts";
import { runProgram } from "../jobs/running.ts";
import { serverFolder } from "../support/server-folder.ts";

// A broker with three more listeners: TLS with a password, TLS with a client certificate, and a password in the clear.
const dataDir = await serverFolder("kafka");
const authority = await createAuthority(dataDir, "ca");
await authority.issue({ name: "broker", subject: "/CN=broker", hosts: ["IP:127.0.0.1", "DNS:localhost"] });
await authority.issue({ name: "client", subject: "/CN=client" });
const read = (file: string): string => readFileSync(join(dataDir, file), "utf8");
const inline = (file: string): string => read(file).trim().replaceAll("\n", "\\n");
const ports = { PASSWORD: await freePort(), CERTIFICATE: await freePort(), CLEAR: await freePort() };
const listeners = Object.entries(ports).map(([name, port]) => `${name}://localhost:${port}`);
const [user, password] = ["billing", "correct horse"];

function settings({ host, port, controllerPort }: { host: string; port: number; controllerPort: number }) {
  const plain = "org.apache.kafka.common.security.plain.PlainLoginModule required";
  const scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  const pem = {
    "ssl.keystore.type": "PEM",
    "ssl.keystore.certificate.chain": inline("broker.crt"),
    "ssl.keystore.key": inline("broker.key"),
    "ssl.truststore.type": "PEM",
    "ssl.truststore.certificates": inline("ca.crt"),
  };
  const sasl = ["password", "clear"].map((name) => ({
    [`listener.name.${name}.plain.sasl.jaas.config`]: `${plain} user_${user}="${password}";`,
    [`listener.name.${name}.scram-sha-256.sasl.jaas.config`]: scram,
    [`listener.name.${name}.scram-sha-512.sasl.jaas.config`]: scram,
  }));
  const all = [`PLAINTEXT://${host}:${port}`, ...listeners];
  return Object.assign(
    {
      listeners: [...all, `CONTROLLER://127.0.0.1:${controllerPort}`].join(","),
      "advertised.listeners": all.join(","),
      "listener.security.protocol.map":
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PASSWORD:SASL_SSL,CERTIFICATE:SSL,CLEAR:SASL_PLAINTEXT",
      "sasl.enabled.mechanisms": saslMechanisms.join(","),
      "listener.name.certificate.ssl.client.auth": "required",
      ...pem,
    },
    ...sasl,
  ) as Record<string, string>;
}

const kafka = await startKafka({ dataDir, settings });
after(async () => {
  await kafka.kill9();
  rmSync(dataDir, { recursive: true, force: true });
});

/** SCRAM's users are kept by the cluster, not by a file; one request may give a user one credential. */
async function addScramUser(mechanism: string): Promise<void> {
  await promisify(execFile)("java", [
    ...[
      "-cp",
      kafkaClassPath(),
      "kafka.admin.ConfigCommand",
      "--bootstrap-server",
      kafka.bootstrap,
      "--alter",
    ],
    ...[
      "--entity-type",
      "users",
      "--entity-name",
      user,
      "--add-config",
      `${mechanism}=[password=${password}]`,
    ],
  ]);
}
for (const mechanism of saslMechanisms.slice(1)) await addScramUser(mechanism);

const tls = { caFile: join(dataDir, "ca.crt"), certificateFile: "", keyFile: "" };
const certified = {
  ...tls,
  certificateFile: join(dataDir, "client.crt"),
  keyFile: join(dataDir, "client.key"),
};
const sasl = (mechanism: (typeof saslMechanisms)[number]): NonNullable<KafkaSecurity["sasl"]> => ({
  ...{ mechanism, username: user, password },
});

const ways: readonly (readonly [name: string, listener: keyof typeof ports, security: KafkaSecurity])[] = [
  ...saslMechanisms.map(
    (mechanism) => [`${mechanism} over TLS`, "PASSWORD", { tls, sasl: sasl(mechanism) }] as const,
  ),
  ["a client certificate", "CERTIFICATE", { tls: certified, sasl: null }],
  ["SCRAM-SHA-512 in the clear", "CLEAR", { tls: null, sasl: sasl("SCRAM-SHA-512") }],
];

for (const [name, listener, security] of ways) {
  test(`${name}: topics, producer and consumer reach the brokers`, async () => {
    const bootstrap = `localhost:${ports[listener]}`;
    const topic = `through-${name.toLowerCase().replaceAll(/\W+/g, "-")}`;
    const admin = await createKafkaAdmin(bootstrap, "tests", security);
    await admin.createTopics([{ topic, partitions: 1, replicas: 1 }]);
    await admin.close();
    const fail = (error: Error): never => {
      throw error;
    };
    const producer = await createKafkaProducer({ bootstrap, security, clientId: "tests", onFatal: fail });
    await producer.produceAll([{ topic, key: "1", value: name }]);
    await producer.close();
    const consumer = await createKafkaConsumer({
      ...{ bootstrap, security, topic, clientId: "tests", group: topic, instanceId: "" },
      ...{ onFatal: fail, onRejoin: fail, onRebalance: () => undefined },
    });
    let records: readonly ReceivedRecord[] = [];
    while (records.length === 0) records = await consumer.poll(1);
    assert.equal(String(records[0]?.value), name);
    await consumer.close();
  });
}

test("a wrong password, no password, and a broker that the authority does not vouch for are refused", async () => {
  const bootstrap = `localhost:${ports.PASSWORD}`;
  const wrong = { ...sasl("PLAIN"), password: "wrong" };
  await assert.rejects(createKafkaAdmin(bootstrap, "tests", { tls, sasl: wrong }), /Authentication failed/i);
  await assert.rejects(createKafkaAdmin(bootstrap, "tests", openKafka));
  const unknownAuthority = { ...tls, caFile: "" };
  await assert.rejects(
    createKafkaAdmin(bootstrap, "tests", { tls: unknownAuthority, sasl: sasl("PLAIN") }),
    /certificate/i,
  );
  const refused = createKafkaProducer({
    ...{ bootstrap, clientId: "tests", onFatal: () => undefined },
    security: { tls: unknownAuthority, sasl: sasl("PLAIN") },
  });
  await assert.rejects(refused);
});

test("topics finds the brokers by the variables that the chart sets", async () => {
  const { code, stdout, stderr } = await runProgram(["topics", "--email", "2"], {
    KAFKA_BOOTSTRAP: `localhost:${ports.PASSWORD}`,
    KAFKA_TLS: "true",
    KAFKA_CA_FILE: tls.caFile,
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    KAFKA_SASL_USERNAME: user,
    KAFKA_SASL_PASSWORD: password,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, new RegExp(`${TOPICS.email}: created, 2 partitions`));
});
