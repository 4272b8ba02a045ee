import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { readPolicy } from "../../notification/read-policy.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { createWorld, setBillingClock, spawnProgram } from "../delivery/world.ts";
import { insertLiveGeneration, testKeys, testPolicy } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { cloneWithChannel } from "./clone-with-channel.ts";

const address = { period: "2026-10", generation: 1 };
const topic = "billing.notifications.letter";

/** A letter shop that is told what to print for whom; it finds the postal address by the phone number. */
const letter = {
  name: "letter",
  entry: `{
    summary: "send bills as letters",
    message: "a letter",
    contact: "phone",
    retryDelaysMs: [100, 100],
    topicPartitions: 2,
  }`,
  command: `import { defineChannel } from "../channel.ts";
import { gatewayVariables } from "../gateway/gateway-variables.ts";
import { createGatewaySender } from "../providers/gateway-sender.ts";

/** \`letter\`: has bills printed and posted, until it is told to stop. */
export const define = defineChannel({
  name: "letter",
  variables: gatewayVariables({ defaultPath: "/v1/letters", fields: ["heading", "body"] }),
  content: (view, { bill }) => ({
    heading: bill.language === "ko" ? \`\${view.period} 요금 청구서\` : \`Your bill for \${view.period}\`,
    body: \`\${view.memberName}: \${view.amountDue}\`,
  }),
  createSender: createGatewaySender,
});
`,
};

interface PrintOrder {
  readonly path: string;
  readonly key: string;
  readonly to: string;
  readonly heading: string;
  readonly body: string;
}

/** The letter shop: refuses …0003 for good, is not ready for …0004 once, and prints the rest. */
async function letterShop(t: TestContext): Promise<{ readonly url: string; readonly orders: PrintOrder[] }> {
  const orders: PrintOrder[] = [];
  const busy = new Set(["01000000004"]);
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const order = JSON.parse(text) as Omit<PrintOrder, "path" | "key">;
      const key = String(request.headers["idempotency-key"]);
      const status = order.to === "01000000003" ? 422 : busy.delete(order.to) ? 503 : 200;
      if (status === 200) orders.push({ path: request.url ?? "", key, ...order });
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(status === 200 ? { id: `print-${orders.length}` } : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, orders };
}

void test("a channel is added by an entry and a folder: types, policy, schema, topic, delivery", async (t) => {
  const clone = cloneWithChannel(t, letter);

  await t.test("it passes the types, the import directions and the policy's validation", async () => {
    const types = await clone.run("tsc", ["--noEmit", "-p", "tsconfig.json"]);
    // Tests and benchmarks name a ladder or a port for each channel; the program needs none.
    const errors = types.output.split("\n").filter((line) => line.includes("error TS"));
    const ofProgram = errors.filter((line) => !/^(tests|bench)\/|\.test\.ts/.test(line));
    assert.deepEqual(ofProgram, [], types.output);
    const linted = await clone.run("depcruise", ["consumers/letter", "--config", ".dependency-cruiser.js"]);
    assert.equal(linted.code, 0, linted.output);
    const document = { channelOrder: ["letter", "email"], ladders: { letter: { delaysMs: [1_000] } } };
    assert.equal(readPolicy(document).kind, "invalid", "without the entry nobody knows it");
    const cloned = (await import(join(clone.folder, "notification/read-policy.ts"))) as {
      readPolicy: typeof readPolicy;
    };
    assert.equal(cloned.readPolicy(document).kind, "valid");
    const generated = await clone.run("node", ["crds/generate.ts"]);
    assert.equal(generated.code, 0, generated.output);
    const schema = readFileSync(
      join(clone.folder, "crds/billing.telco.dev_notificationpolicies.yaml"),
      "utf8",
    );
    assert.match(schema, /letter/);
  });

  await t.test("its messages go the way of all others, and end as theirs do", async () => {
    const { url, connect } = await testDatabase(t);
    const { bootstrap } = await testKafka();
    const database = await connect();
    await setBillingClock(database, "2026-11-02T12:00:00+09:00");
    const shop = await letterShop(t);
    const world = await createWorld(t, { databaseUrl: url, bootstrap, database }, ["--delay-ms", "10"]);
    const topics = await clone.run("node", ["main.ts", "topics"], { KAFKA_BOOTSTRAP: bootstrap });
    assert.equal(topics.code, 0, topics.output);

    const plans = ["letter", "letter,email", "letter,email", "letter", "letter", "email"];
    const members = plans.map((channelPlan, at) => ({ channelPlan, ...(at === 4 ? { phone: null } : {}) }));
    const policy = {
      ...testPolicy,
      ladders: { ...testPolicy.ladders, letter: { delaysMs: [100], jitterFraction: 0 } },
    };
    await insertLiveGeneration(database, { ...address, policy }, members.length, (n) => members[n - 1] ?? {});
    await poison(bootstrap);
    const environment = {
      ...testKeys,
      ...{ DATABASE_URL: url, KAFKA_BOOTSTRAP: bootstrap, LOG_LEVEL: "info", SWEEP_INTERVAL_MS: "200" },
    };
    // All of one release: a policy that names a channel is read by every process.
    const dispatcher = { ...environment, DATABASE_ROLE: "billing_dispatcher" };
    const consumer = { ...environment, DATABASE_ROLE: "billing_consumer" };
    const started = [
      spawnProgram(["dispatcher"], dispatcher, clone.folder),
      spawnProgram(["letter"], { ...consumer, PROVIDER_URL: shop.url }, clone.folder),
      spawnProgram(["email"], { ...consumer, PROVIDER_URL: world.providerUrl }, clone.folder),
    ];
    t.after(() => {
      for (const { child } of started) child.kill("SIGKILL");
    });
    await world.untilStates({ SENT: 5, DEAD: 1 });

    const { rows } = await database.query<{ end: string }>(
      `select concat_ws(' ', state, channel, reason, attempt) as end from notifications order by member_id`,
    );
    assert.deepEqual(
      rows.map(({ end }) => end),
      [
        "SENT letter sent 1",
        "SENT letter sent 1",
        "SENT email sent 1",
        "SENT letter sent 2",
        "DEAD letter no-contact 1",
        "SENT email sent 1",
      ],
    );
    const printed = shop.orders.toSorted((a, b) => a.to.localeCompare(b.to));
    assert.deepEqual(printed[0], {
      ...{ path: "/v1/letters", key: "2026100000000001.g1:letter:m1", to: "01000000001" },
      ...{ heading: "2026년 10월 요금 청구서", body: "Member 1: 28,030원" },
    });
    assert.deepEqual(
      printed.map(({ to }) => to.slice(-1)),
      ["1", "2", "4"],
    );
    const attempts = await database.query<{ outcome: string }>(
      "select outcome from notification_attempts where channel = 'letter' order by outcome",
    );
    assert.deepEqual(
      attempts.rows.map(({ outcome }) => outcome),
      ["accepted", "accepted", "accepted", "permanent", "transient"],
    );
    const letters = await database.query("select channel, cause from dead_letters");
    assert.deepEqual(letters.rows, [{ channel: "letter", cause: "no-contact" }]);
    await world.until("the poison is parked", async () => {
      const parked = await database.query<{ cause: string }>(
        "select cause from poison_messages order by cause",
      );
      const seen = parked.rows.map(({ cause }) => cause).join();
      return { done: seen === "bad-field-channel,wrong-channel", seen };
    });
  });
});

/** Claim checks on the letters' topic that are none of it: of another channel, and of one that nobody has. */
async function poison(bootstrap: string): Promise<void> {
  const producer = await createKafkaProducer({
    bootstrap,
    clientId: "tests",
    onFatal: (error) => {
      throw error;
    },
  });
  const check = { v: 1, period: "2026-10", billId: 2026100000000001, generation: 1, seq: 1 };
  await producer.produceAll(
    ["email", "fax"].map((channel) => ({ topic, key: "1", value: JSON.stringify({ ...check, channel }) })),
  );
  await producer.close();
}
