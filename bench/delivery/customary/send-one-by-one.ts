import { z } from "zod";
import { billViewOf } from "../../../consumers/bill-view.ts";
import { openContact } from "../../../consumers/contact.ts";
import { gatewayVariables } from "../../../consumers/gateway/gateway-variables.ts";
import { createHttpSender } from "../../../consumers/http-sender.ts";
import { createBillBooks, type BillBook } from "../../../consumers/pipeline/bill-books.ts";
import { sendingRow, type ClaimedMessage } from "../../../consumers/pipeline/claimed-message.ts";
import { consumerVariables } from "../../../consumers/pipeline/config.ts";
import { createConsumerMetrics } from "../../../consumers/pipeline/metrics.ts";
import { createInFlight } from "../../../consumers/pipeline/in-flight.ts";
import { decodeClaimCheck, type ClaimCheck } from "../../../events/claim-check.ts";
import { topicOfChannel } from "../../../events/topics.ts";
import { keyOf } from "../../../notification/notification-row.ts";
import { letterheadOf } from "../../../notification/templates/letterhead.ts";
import { renderBill } from "../../../notification/templates/render-bill.ts";
import { loadConfig } from "../../../platform/config.ts";
import { createColumnCipher } from "../../../platform/encryption.ts";
import { serveHealth } from "../../../platform/health.ts";
import { createKafkaConsumer } from "../../../platform/kafka-consumer.ts";
import { createMetricSet } from "../../../platform/metrics/metric-set.ts";
import { createPool } from "../../../platform/postgres.ts";
import { shutdownSignal } from "../../../platform/shutdown.ts";
import { readBill, writeStatus } from "./row-by-row.ts";

/*
 * The customary e-mail consumer, for comparison: a message, a row read with its status, a send, a status update. Same Kafka
 * client, rendering, decryption, HTTP client and number in flight as the product's, and a generous pool; no claim, no lease, no
 * record of attempts, no batches. Two of these would send twice, and a crash loses or repeats what is under way.
 */
const variables = gatewayVariables({ defaultPath: "/v1/email", fields: ["subject", "html", "text"] });
const config = loadConfig(z.object({ ...consumerVariables, ...variables }));
const pool = createPool(
  { url: config.DATABASE_URL, role: config.DATABASE_ROLE, applicationName: "customary" },
  { size: 20, onIdleError: () => undefined },
);
const cipher = createColumnCipher(config.ENCRYPTION_KEYS, config.BLIND_INDEX_KEY);
const letterhead = letterheadOf(config);
const bookOf = createBillBooks(pool);
const sender = createHttpSender({
  ...{ origin: config.PROVIDER_URL, gateway: config.PROVIDER_GATEWAY },
  ...{ timeoutMs: config.PROVIDER_TIMEOUT_MS, connections: config.IN_FLIGHT },
});
const consumer = await createKafkaConsumer({
  ...{ bootstrap: config.KAFKA_BOOTSTRAP, clientId: "customary", group: "customary" },
  ...{ topic: topicOfChannel("email"), instanceId: "" },
  onFatal: (error) => {
    throw error;
  },
  onRejoin: () => undefined,
  onRebalance: () => undefined,
});
const set = createMetricSet();
const metrics = createConsumerMetrics(set, "email", []);
const closeHealth = serveHealth({ port: config.HEALTH_PORT, registry: set.registry, isReady: () => true });
const stopping = shutdownSignal();

const inFlight = createInFlight();
while (!stopping.aborted) {
  await inFlight.waitFor(config.IN_FLIGHT - 500, 1_000);
  const room = Math.min(500, config.IN_FLIGHT - inFlight.count);
  if (room === 0) continue;
  const records = await consumer.poll(room);
  for (const { value } of records) {
    const decoded = decodeClaimCheck(value);
    if (decoded.kind !== "claim-check") continue;
    // Here, one at a time: what all bills of a generation share is read once and not by each send that begins without it.
    const book = await bookOf(decoded.claimCheck);
    inFlight.start(() => sendOne(decoded.claimCheck, book));
  }
  consumer.commit(records);
  metrics.standing({ inFlight: inFlight.count, unwritten: 0 });
}
closeHealth();
process.exit(0);

async function sendOne({ period, generation, billId }: ClaimCheck, book: BillBook): Promise<void> {
  const address = { period, generation };
  const bill = await readBill(pool, address, billId);
  if (!bill?.emailEncrypted) return;
  const message: ClaimedMessage = {
    ...{ generation: address, bill, book, rules: book.rulesOf(bill), claimedAtMs: performance.now() },
    row: sendingRow(bill, "email", address, 0),
  };
  const view = billViewOf(message, cipher, letterhead);
  const { outcome } = await sender.send({
    idempotencyKey: keyOf(message.row),
    to: openContact(bill, "email", cipher),
    content: renderBill("email", bill.language, view, book.templates),
  });
  await writeStatus(pool, address, { billId, state: outcome.kind === "accepted" ? "SENT" : "DEAD" });
}
