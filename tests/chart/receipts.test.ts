import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../../platform/config.ts";
import { receiptsVariables } from "../../receipts/config.ts";
import { environmentOf, type PodSpec } from "./pods.ts";
import { find, production, render, withReceipts, type Rendered } from "./rendering.ts";

interface Deployment extends Rendered {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly spec: PodSpec };
  };
}

test("receipts: two replicas behind a Service, a budget, a role and a Secret of its own, and no keys of personal data", async () => {
  const objects = await render(withReceipts);
  const receipts = find(objects, "Deployment", "-receipts") as Deployment;
  const [container] = receipts.spec.template.spec.containers;
  assert.ok(container);
  assert.equal(receipts.spec.replicas, 2);
  const keys = `k1:${"A".repeat(43)}=`;
  const environment = environmentOf(container, {
    DATABASE_URL: "postgresql://user:password@host:5432/billing",
    RECEIPT_KEYS: keys,
  });
  const config = parseConfig(receiptsVariables, environment);
  assert.deepEqual(
    [config.DATABASE_ROLE, config.RECEIPTS_PORT, config.HEALTH_PORT],
    ["billing_receipts", 8081, 8080],
  );
  assert.equal(config.RECEIPT_KEYS[0]?.id, "k1");
  const ofKeys = container.env?.find(({ name }) => name === "RECEIPT_KEYS")?.valueFrom?.secretKeyRef;
  assert.deepEqual(ofKeys, { name: "billing-receipts", key: "RECEIPT_KEYS" });
  assert.ok(!("ENCRYPTION_KEYS" in environment) && !("KAFKA_BOOTSTRAP" in environment));
  assert.equal(find(objects, "PodDisruptionBudget", "-receipts").kind, "PodDisruptionBudget");
  assert.equal(find(objects, "ServiceAccount", "-receipts").kind, "ServiceAccount");
  const { spec } = find(objects, "Service", "-receipts") as unknown as {
    spec: { selector: object; ports: readonly { port: number; targetPort: string }[] };
  };
  assert.deepEqual(spec.selector, receipts.spec.selector.matchLabels);
  assert.deepEqual(spec.ports, [{ name: "webhook", port: 8081, targetPort: "webhook" }]);
  assert.deepEqual((container as unknown as { ports: object[] }).ports, [
    { name: "http", containerPort: 8080 },
    { name: "webhook", containerPort: 8081 },
  ]);
  const without = (await render(production)).filter(({ metadata }) => metadata.name.includes("receipts"));
  assert.deepEqual(without, [], "off by default");
});
