/**
 * What a row costs the dispatcher, by how many are due: `node bench/dispatcher.ts [sizes] [rounds]`, by default 10000,100000,1000000 and 1.
 * Months that SQL fills, all of it due in the same instant, e-mail but for one in fourteen; nobody consumes. Each size has a
 * PostgreSQL and a Kafka of its own, durable as by default. A broker that has just started costs up to fifteen times as
 * much a record until Java has compiled what is hot, so that it is given records of another topic first.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { billIdRange } from "../database/bills/leaf.ts";
import { migrate } from "../database/migrate.ts";
import { attachStagedLeaf, createStagedLeaf, indexStagedLeaf } from "../database/notifications/leaf.ts";
import { TOPICS } from "../events/topics.ts";
import type { KafkaServer } from "../local/kafka-server.ts";
import { createKafkaProducer } from "../platform/kafka-producer.ts";
import { connect } from "../platform/postgres.ts";
import { measureDispatcher } from "./delivery/dispatcher-bench.ts";
import { setStage, startServer } from "./delivery/servers.ts";

const address = { period: "2026-10", generation: 1 };
const warmingRecords = 400_000;
const warmingBatch = 5_000;

const [sizes = "10000,100000,1000000", rounds = "1"] = process.argv.slice(2);
const parent = fileURLToPath(new URL("./results/", import.meta.url));
mkdirSync(parent, { recursive: true });
for (let round = 1; round <= Number(rounds); round++) {
  for (const size of sizes.split(",")) await measure(Number(size));
}

async function measure(messages: number): Promise<void> {
  await using server = await startServer(parent);
  const { url } = server.postgres;
  await migrate(url);
  await fill(url, messages);
  await using stage = await setStage(server, "dispatcher_alone");
  await warm(stage.kafka);
  const environment = {
    ...{ PATH: process.env["PATH"], LOG_LEVEL: "info" },
    ...{ DATABASE_URL: stage.databaseUrl, KAFKA_BOOTSTRAP: stage.kafka.bootstrap },
  };
  const month = { address, messages, promotedAtMs: 0 };
  const result = await measureDispatcher({
    ...{ stage, month, environment, postgresPid: server.postgres.pid, say: () => undefined },
  });
  const us = Object.entries(result.cpuSecondsPer1000ByProcess).map(
    ([name, seconds]) => `${name} ${(seconds * 1_000).toFixed(1)}`,
  );
  process.stdout.write(
    `${messages} due: ${result.rowsPerSecond.toFixed(0)} rows/s; µs of processor a row: ${us.join(", ")}\n`,
  );
}

async function warm(kafka: KafkaServer): Promise<void> {
  const producer = await createKafkaProducer({
    bootstrap: kafka.bootstrap,
    clientId: "bench-warming",
    onFatal: (error) => {
      throw error;
    },
  });
  for (let at = 0; at < warmingRecords; at += warmingBatch) {
    const value = "x".repeat(90);
    const records = Array.from({ length: warmingBatch }, (_, index) => ({ key: String(index), value }));
    await producer.produceAll(records.map((record) => ({ topic: TOPICS.deadLetter, ...record })));
  }
  await producer.close();
}

/** A live generation that is not released, without bills or members: the dispatcher looks at neither. */
async function fill(url: string, messages: number): Promise<void> {
  const client = await connect({ url, applicationName: "bench" });
  const { from } = billIdRange(address.period);
  await client.query(
    `insert into tariffs (name, version, currency, document, sha256) values ('t', '1', 'KRW', '', '');
     with run as (
       insert into bill_runs (id, name, period, tariff_id, spec)
       select gen_random_uuid(), 'bench', '2026-10-01', id, '{}' from tariffs returning id, period, tariff_id)
     insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts, currency,
                              promoted_at)
     select period, 1, id, tariff_id, 'live', 1, now(), ${messages}, 'KRW', now() from run`,
  );
  const leaf = await createStagedLeaf(client, address);
  await client.query(
    `insert into ${leaf} (bill_id, member_id, generation, partition_index, state, channel, channel_plan, reason, due_at)
     select ${from} + n, n::bigint * 7919 % ${messages}, 1, 0, 'SCHEDULED', case when n % 14 = 0 then 'sms' else 'email' end,
            'email,sms', 'send-day', date_trunc('hour', billing_now()) - interval '1 hour'
       from generate_series(1, ${messages}) n`,
  );
  await indexStagedLeaf(client, address);
  await attachStagedLeaf(client, address);
  await client.query("vacuum analyze");
  await client.query("checkpoint");
  await client.end();
}
