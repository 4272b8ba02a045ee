import assert from "node:assert/strict";
import { test } from "node:test";
import { billPageVariables } from "../../bill-page/config.ts";
import { parseConfig } from "../../platform/config.ts";
import { environmentOf, type PodSpec } from "./pods.ts";
import { find, production, render, withBillPage, type Rendered } from "./rendering.ts";

interface Deployment extends Rendered {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly spec: PodSpec };
  };
}

interface Policy extends Rendered {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly ingress?: readonly {
      readonly ports: readonly { readonly port: number }[];
      readonly from?: unknown;
    }[];
    readonly egress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
  };
}

test("bill page: two replicas behind a Service, a budget, a role of its own, and of all keys those of links alone", async () => {
  const objects = await render(withBillPage);
  const pages = find(objects, "Deployment", "-bill-page") as Deployment;
  const [container] = pages.spec.template.spec.containers;
  assert.ok(container);
  assert.equal(pages.spec.replicas, 2);
  const environment = environmentOf(container, {
    DATABASE_URL: "postgresql://user:password@host:5432/billing",
    LINK_KEYS: `l1:${"A".repeat(43)}=`,
  });
  const config = parseConfig(billPageVariables, environment);
  assert.deepEqual(
    [config.DATABASE_ROLE, config.BILL_PAGE_PORT, config.HEALTH_PORT, config.BILL_PAGE_TRUSTED_PROXIES],
    ["billing_bill_page", 8082, 8080, 1],
  );
  assert.deepEqual([config.CARRIER_NAME, config.BILL_URL], ["Hanbit Mobile", "https://bills.example/b/"]);
  const ofKeys = container.env?.find(({ name }) => name === "LINK_KEYS")?.valueFrom?.secretKeyRef;
  assert.deepEqual(ofKeys, { name: "billing-keys", key: "LINK_KEYS" });
  for (const key of ["ENCRYPTION_KEYS", "BLIND_INDEX_KEY", "KAFKA_BOOTSTRAP"])
    assert.ok(!(key in environment), key);
  assert.equal(find(objects, "PodDisruptionBudget", "-bill-page").kind, "PodDisruptionBudget");
  assert.equal(find(objects, "ServiceAccount", "-bill-page").kind, "ServiceAccount");
  const { spec } = find(objects, "Service", "-bill-page") as unknown as {
    spec: { selector: object; ports: readonly object[] };
  };
  assert.deepEqual(spec.selector, pages.spec.selector.matchLabels);
  assert.deepEqual(spec.ports, [{ name: "pages", port: 8082, targetPort: "pages" }]);
  const without = (await render(production)).filter(({ metadata }) => metadata.name.includes("bill-page"));
  assert.deepEqual(without, [], "off by default");
});

test("bill page: let in on its port, from anywhere or from where it is said; out goes PostgreSQL alone", async () => {
  const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } }];
  const objects = await render({ ...withBillPage, networkPolicy: { billPageFrom: from } });
  const [inwards] = (find(objects, "NetworkPolicy", "-bill-page-pages") as Policy).spec.ingress ?? [];
  assert.deepEqual([inwards?.ports.map(({ port }) => port), inwards?.from], [[8082], from]);
  const [outwards] = (find(objects, "NetworkPolicy", "-bill-page") as Policy).spec.egress ?? [];
  assert.deepEqual(
    outwards?.ports.map(({ port }) => port),
    [5432],
  );
  const open = find(await render(withBillPage), "NetworkPolicy", "-bill-page-pages") as Policy;
  assert.equal(open.spec.ingress?.[0]?.from, undefined);
});
