import assert from "node:assert/strict";
import { test } from "node:test";
import { adminVariables } from "../../admin/config.ts";
import { localUserEntry } from "../../admin/access/local-users.ts";
import { parseConfig } from "../../platform/config.ts";
import { environmentOf, type PodSpec } from "./pods.ts";
import { find, production, render, runHelm, withAdmin, type Rendered } from "./rendering.ts";
import { chart } from "./chart-files.ts";

interface Deployment extends Rendered {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: object };
    readonly template: { readonly spec: PodSpec };
  };
}

interface ServiceObject extends Rendered {
  readonly spec: { readonly selector: object; readonly ports: readonly object[] };
}

interface Ingress extends Rendered {
  readonly spec: object;
}

interface Role extends Rendered {
  readonly rules: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
}

const secrets = {
  DATABASE_URL: "postgresql://user:password@host:5432/billing",
  ENCRYPTION_KEYS: `k1:${"A".repeat(43)}=`,
  BLIND_INDEX_KEY: `${"A".repeat(43)}=`,
  ADMIN_USERS: localUserEntry("kim", ["operator"], "correct horse battery"),
};

test("admin: its variables are what the program reads, its role the one of commands", async () => {
  const objects = await render(withAdmin);
  const admin = find(objects, "Deployment", "-admin") as Deployment;
  const [container] = admin.spec.template.spec.containers;
  assert.ok(container);
  assert.equal(admin.spec.replicas, 2);
  const config = parseConfig(adminVariables, environmentOf(container, secrets));
  assert.deepEqual(
    [config.DATABASE_ROLE, config.ADMIN_PORT, config.HEALTH_PORT, config.ADMIN_SECURE_COOKIES],
    ["billing_admin", 8081, 8080, true],
  );
  assert.deepEqual([...config.ADMIN_OIDC_ROLES], [["billing-ops", "operator"]]);
  assert.deepEqual(
    [config.ADMIN_TOKEN_AUDIENCE, config.ADMIN_TRUSTED_PROXIES],
    ["billing-operator-admin", 1],
  );
  assert.deepEqual([...config.ADMIN_USERS.keys()], ["kim"]);
  assert.equal(
    environmentOf(container, secrets)["CARRIER_NAME"],
    "Mobile",
    "bills are shown as they are sent",
  );
});

test("admin may make and change runs, and delete nothing; who asks for tokens is bound to the cluster", async () => {
  const objects = await render(withAdmin);
  const { rules } = find(objects, "Role", "-operator-admin") as Role;
  const verbs = Object.fromEntries(rules.map((rule) => [rule.resources.join(), rule.verbs.join(" ")]));
  assert.deepEqual(verbs, {
    billingruns: "get list watch create patch",
    billingschedules: "get list watch patch",
    notificationpolicies: "get list watch create patch",
  });
  const gitOps = await render({ ...withAdmin, admin: { ...withAdmin.admin, policies: { write: false } } });
  const reading = (find(gitOps, "Role", "-operator-admin") as Role).rules.find(({ resources }) =>
    resources.includes("notificationpolicies"),
  );
  assert.deepEqual(reading?.verbs, ["get", "list", "watch"]);
  assert.equal(find(objects, "ClusterRoleBinding", "-admin-tokens").kind, "ClusterRoleBinding");
  for (const role of ["viewer", "operator", "approver"]) {
    const { rules: own } = find(objects, "Role", `-admin-${role}`) as Role;
    assert.deepEqual(own[0]?.verbs, ["use"]);
  }
  const withoutTokens = await render({
    ...withAdmin,
    admin: { ...withAdmin.admin, tokens: { enabled: false } },
  });
  assert.ok(!withoutTokens.some(({ kind }) => kind === "ClusterRoleBinding"));
});

test("admin: its Service leads to the port of people, not to that of metrics; the Ingress, if a host is said, to the Service", async () => {
  const objects = await render(withAdmin);
  const admin = find(objects, "Deployment", "-admin") as Deployment;
  const service = find(objects, "Service", "-admin") as ServiceObject;
  assert.deepEqual(service.spec, {
    selector: admin.spec.selector.matchLabels,
    ports: [{ name: "web", port: 80, targetPort: "web" }],
  });
  assert.deepEqual(admin.spec.template.spec.containers[0]?.ports, [
    { name: "http", containerPort: 8080 },
    { name: "web", containerPort: 8081 },
  ]);
  const backend = { service: { name: service.metadata.name, port: { name: "web" } } };
  assert.deepEqual((find(objects, "Ingress") as Ingress).spec, {
    tls: [{ hosts: ["billing.example"], secretName: "billing-tls" }],
    rules: [{ host: "billing.example", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
  });
  const ingress = async (values: object): Promise<readonly Rendered[]> => {
    const rendered = await render({ ...withAdmin, admin: { ...withAdmin.admin, ingress: values } });
    return rendered.filter(({ kind }) => kind === "Ingress");
  };
  assert.deepEqual(await ingress({ host: "" }), []);
  const own = { host: "bills.example", className: "nginx", annotations: { "example/limit": "1" } };
  const [plain] = (await ingress(own)) as Ingress[];
  assert.deepEqual(plain?.metadata.annotations, own.annotations);
  const { ingressClassName, tls } = plain.spec as { ingressClassName?: string; tls?: object };
  assert.deepEqual([ingressClassName, tls], ["nginx", undefined]);
});

test("admin is off by default, and refused when nobody could sign in", async () => {
  const without = await render(production);
  // The cluster's role `admin`, which the chart's kinds are added to, has the same ending.
  const own = without.filter(
    ({ kind, metadata }) => kind !== "ClusterRole" && metadata.name.endsWith("-admin"),
  );
  assert.deepEqual(own, []);
  const alone = await runHelm(["template", "billing", chart, "-f", "-"], {
    ...production,
    admin: { enabled: true },
  });
  assert.match(
    alone.stderr,
    /admin\.users\.existingSecret: set it, admin\.oidc\.issuer or admin\.tokens\.enabled/,
  );
});
