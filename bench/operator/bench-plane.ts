import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { billingRuns } from "../../controllers/billing-run/kubernetes/names.ts";
import { freePort } from "../../local/free-port.ts";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import { type Client, connect } from "../../platform/postgres.ts";
import { type ControlPlane, startControlPlane } from "../../tests/cluster/control-plane.ts";
import { defineKinds } from "../../tests/cluster/define-kinds.ts";
import { kubectlOk } from "../../tests/cluster/kubectl.ts";
import { launch, type Launched } from "../delivery/launch.ts";
import { startBenchServer } from "../settle/bench-server.ts";
import { environmentFor, generateMonth, PERIOD, TARIFF } from "./billing-month.ts";

/** A real API server with its controllers, without nodes, and a database beside it. */
export interface BenchPlane extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly client: KubernetesClient;
  readonly database: Client;
  readonly databaseUrl: string;
  readonly databasePid: number;
  /** NDJSON, a line a request. */
  readonly auditLog: string;
  /** Creates a namespace for one measurement. */
  readonly createNamespace: (name: string) => Promise<string>;
  readonly startOperator: (namespace: string) => Promise<OperatorProcess>;
}

/** An operator as a process of its own. */
export interface OperatorProcess extends Launched, AsyncDisposable {
  /** The text of its /metrics. */
  readonly metrics: () => Promise<string>;
}

/** Starts both; `members` is the generated population, 0 = nobody to bill. */
export async function startBenchPlane(parent: string, members: number): Promise<BenchPlane> {
  const server = await startBenchServer(parent);
  const auditLog = join(server.folder, "audit.ndjson");
  const plane = await startControlPlane({ auditLog });
  await generateMonth(server.url, members);
  await defineKinds(plane);
  const database = await connect({ url: server.url, applicationName: "bench" });
  return {
    ...{ plane, database, auditLog, databaseUrl: server.url, databasePid: server.pid },
    client: createKubernetes({ kubeconfig: plane.kubeconfig, userAgent: "bench" }),
    createNamespace: async (name) => {
      await kubectlOk(plane, ["create", "namespace", name]);
      return name;
    },
    startOperator: (namespace) => startOperator(plane, server, namespace),
    [Symbol.asyncDispose]: async () => {
      await database.end();
      await plane.stop();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function startOperator(
  plane: ControlPlane,
  server: { readonly url: string; readonly folder: string },
  namespace: string,
): Promise<OperatorProcess> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const template = join(server.folder, "job-template.yaml");
  writeFileSync(template, stringify(jobTemplate(server.url)));
  const started = await launch({
    name: "operator",
    args: ["operator"],
    environment: {
      PATH: process.env["PATH"],
      KUBECONFIG: plane.kubeconfig,
      DATABASE_URL: server.url,
      WATCH_NAMESPACE: namespace,
      POD_NAMESPACE: namespace,
      JOB_TEMPLATE_FILE: template,
      HEALTH_PORT: String(port),
      LOG_LEVEL: "info",
    },
    readyUrl: `${origin}/readyz`,
    folder: server.folder,
  });
  return {
    ...started,
    metrics: async () => await (await fetch(`${origin}/metrics`)).text(),
    [Symbol.asyncDispose]: () => started.stop(),
  };
}

function jobTemplate(url: string): object {
  const { DATABASE_URL, LOG_LEVEL } = environmentFor(url);
  const env = Object.entries({ DATABASE_URL, LOG_LEVEL, DATABASE_ROLE: "billing_settlement" });
  const container = { name: "job", image: "none", env: env.map(([name, value]) => ({ name, value })) };
  return { spec: { terminationGracePeriodSeconds: 5, containers: [container] } };
}

/** Creates a BillingRun without messages. */
export async function applyRun(
  client: KubernetesClient,
  namespace: string,
  name: string,
  spec: object,
): Promise<void> {
  await client.create(billingRuns, namespace, {
    apiVersion: "billing.telco.dev/v1alpha1",
    kind: "BillingRun",
    metadata: { name },
    spec: { period: PERIOD, tariffRef: TARIFF, dispatch: { release: "None" }, ...spec },
  });
}
