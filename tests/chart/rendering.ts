import { execFile } from "node:child_process";
import { parseAllDocuments } from "yaml";
import { clusterProgram } from "../cluster/programs.ts";
import { chart } from "./chart-files.ts";

/** An object of the chart, as far as tests look at all of them. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** A ConfigMap of the chart. */
export interface ConfigMap extends Rendered {
  readonly data: Readonly<Record<string, string>>;
}

/** The least that a production installation sets. */
export const production = {
  database: { existingSecret: "billing-database" },
  kafka: { bootstrap: "kafka-0.kafka:9092,kafka-1.kafka:9094" },
  encryption: { existingSecret: "billing-keys" },
  consumers: {
    email: { provider: { existingSecret: "billing-mail-gateway", port: 587 } },
    sms: { provider: { url: "https://sms.example" } },
    push: { provider: { url: "https://push.example" } },
  },
};

/** … with the webhook of receipts. */
export const withReceipts = {
  ...production,
  receipts: { enabled: true, existingSecret: "billing-receipts" },
};

/** … with the page behind the links of messages. */
export const withBillPage = {
  ...production,
  carrier: { name: "Hanbit Mobile", billUrl: "https://bills.example/b/" },
  billPage: { enabled: true },
};

/** … with the API and the dashboard, and all ways to sign in. */
export const withAdmin = {
  ...production,
  admin: {
    enabled: true,
    users: { existingSecret: "billing-people" },
    oidc: { issuer: "https://login.example:8443/realms/carrier", roles: { "billing-ops": "operator" } },
    tokens: { enabled: true },
    ingress: { host: "billing.example", tlsSecret: "billing-tls" },
  },
};

/** … with all of them: every process that the chart can make. */
export const everyProcess = { ...withBillPage, ...withReceipts, ...withAdmin };

/** What one call of Helm gave. */
export interface HelmRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Helm without a cluster; `values` is what it reads with `-f -`. */
export function runHelm(args: readonly string[], values?: object): Promise<HelmRun> {
  return new Promise((resolve) => {
    const child = execFile(
      clusterProgram("helm"),
      [...args],
      { maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
    child.stdin?.end(values === undefined ? "" : JSON.stringify(values));
  });
}

/** How the chart is rendered. */
export interface Rendering {
  readonly apis?: readonly string[];
  readonly release?: string;
  readonly valuesFiles?: readonly string[];
}

/** `helm template` of the chart. */
export function template(
  values: object,
  { apis = [], release = "billing", valuesFiles = [] }: Rendering = {},
) {
  const files = valuesFiles.flatMap((file) => ["-f", `${chart}/${file}`]);
  const versions = apis.flatMap((api) => ["--api-versions", api]);
  return runHelm(
    ["template", release, chart, "--namespace", "bills", ...files, "-f", "-", ...versions],
    values,
  );
}

/** The objects that the chart makes of these values; throws what Helm complains of. */
export async function render(values: object, rendering?: Rendering): Promise<Rendered[]> {
  const { code, stdout, stderr } = await template(values, rendering);
  if (code !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).flatMap((document) => {
    const object = document.toJS() as Rendered | null;
    return object === null ? [] : [object];
  });
}

/** What Helm complains of. */
export async function complaint(values: object, rendering?: Rendering): Promise<string> {
  const { code, stderr } = await template(values, rendering);
  if (code === 0) throw new Error("the chart takes these values");
  return stderr;
}

/** The one object of this kind whose name ends so. */
export function find(objects: readonly Rendered[], kind: string, suffix = ""): Rendered {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name.endsWith(suffix));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} of ${kind} …${suffix}`);
  return only;
}
