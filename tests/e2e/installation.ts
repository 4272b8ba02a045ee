import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { localUserEntry } from "../../admin/access/local-users.ts";
import { helm, kubectl, kubectlOk } from "../cluster/kubectl.ts";
import type { RealCluster } from "../cluster/real-cluster.ts";
import type { ProjectImage } from "./project-image.ts";
import type { OutsideServers } from "./servers.ts";

const chart = fileURLToPath(new URL("../../charts/billing-operator", import.meta.url));
const release = "billing";
const namespace = "billing";

/** Who signs in with a password; their role is viewer. */
export const deskPerson = { name: "desk", password: "a password for the end-to-end test" } as const;

/** The chart, installed in a namespace that admits only pods of the restricted standard. */
export interface Installation {
  readonly namespace: string;
  /** kubectl in the namespace; rejects when it fails. */
  readonly kubectl: (args: readonly string[], input?: object) => Promise<string>;
  /** Names of the running pods of a component of the chart, or of the settle Jobs with `job`. */
  readonly pods: (component: string) => Promise<readonly string[]>;
  /** Addresses of the pods that settle now; the node is this machine, so they answer here as they answer a Prometheus. */
  readonly settlingAddresses: () => Promise<readonly string[]>;
  /** Ends a pod as a node failure would: no grace. */
  readonly killPod: (name: string) => Promise<void>;
  /** Upgrades to the next version of the chart, with changed values. */
  readonly upgrade: (values: object) => Promise<string>;
  /** `helm test`. */
  readonly check: () => Promise<string>;
  readonly uninstall: () => Promise<string>;
}

/** Values for a node of two cores that also runs everything else. */
function valuesFor(image: ProjectImage, servers: OutsideServers): object {
  const small = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "512Mi" } };
  const separator = image.name.lastIndexOf(":");
  return {
    image: { repository: image.name.slice(0, separator), tag: image.name.slice(separator + 1) },
    database: { existingSecret: "billing-database" },
    encryption: { existingSecret: "billing-encryption" },
    kafka: { bootstrap: servers.kafka.bootstrap, topics: { replicas: 1 } },
    operator: { resources: small },
    jobs: { resources: small },
    dispatcher: { resources: small },
    deadLetter: { resources: small },
    admin: {
      ...{ enabled: true, replicas: 1, tokens: { enabled: true }, resources: small },
      users: { existingSecret: "billing-people" },
    },
    consumerDefaults: {
      resources: small,
      provider: { url: servers.providerUrl },
      // Few at a time, so that one replica is too slow and a second send day does not end before KEDA has looked.
      inFlight: 200,
      autoscaling: { lagThreshold: 400, maxReplicas: 4 },
    },
    keda: {
      pollingInterval: 1,
      scaleDown: { stabilizationWindowSeconds: 10, percent: 100, periodSeconds: 5 },
    },
  };
}

/** Pods of the Jobs that settle. */
const settling = "billing.telco.dev/kind=settle";

/** Secrets, then `helm install --wait`. */
export async function install(
  cluster: RealCluster,
  image: ProjectImage,
  servers: OutsideServers,
): Promise<Installation> {
  const inNamespace = (args: readonly string[], input?: object): Promise<string> =>
    kubectlOk(
      cluster,
      ["-n", namespace, ...args],
      input === undefined ? {} : { input: JSON.stringify(input) },
    );
  await kubectlOk(cluster, ["create", "namespace", namespace]);
  await kubectlOk(cluster, [
    "label",
    "namespace",
    namespace,
    "pod-security.kubernetes.io/enforce=restricted",
  ]);
  await inNamespace(["apply", "-f", "-"], secret("billing-database", { DATABASE_URL: servers.databaseUrl }));
  await inNamespace(["apply", "-f", "-"], secret("billing-encryption", servers.secrets));
  const { name, password } = deskPerson;
  const people = { ADMIN_USERS: localUserEntry(name, ["viewer"], password) };
  await inNamespace(["apply", "-f", "-"], secret("billing-people", people));
  const values = valuesFor(image, servers);
  await withValues(values, (file) =>
    helm(cluster, ["install", release, chart, "-n", namespace, "-f", file, "--wait", "--timeout=240s"]),
  );
  const runningPods = async (selector: string, field: string): Promise<readonly string[]> => {
    const args = ["get", "pods", "-l", selector, "--field-selector=status.phase=Running"];
    const found = await inNamespace([...args, `-o=jsonpath={.items[*].${field}}`]);
    return found.split(" ").filter((value) => value !== "");
  };
  return {
    namespace,
    kubectl: inNamespace,
    pods: (component) =>
      runningPods(
        component === "job" ? settling : `app.kubernetes.io/component=${component}`,
        "metadata.name",
      ),
    settlingAddresses: () => runningPods(settling, "status.podIP"),
    killPod: async (name) => {
      await inNamespace(["delete", "pod", name, "--grace-period=0", "--force"]);
    },
    upgrade: (changes) => upgrade(cluster, { ...values, ...changes }),
    check: () => helm(cluster, ["test", release, "-n", namespace, "--timeout=120s"]),
    uninstall: () => helm(cluster, ["uninstall", release, "-n", namespace, "--wait", "--timeout=120s"]),
  };
}

function secret(name: string, stringData: object): object {
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData };
}

async function withValues<Result>(values: object, use: (file: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "values-"));
  try {
    const file = join(folder, "values.json");
    writeFileSync(file, JSON.stringify(values));
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Upgrades to the present templates under the next version of the chart. What is tried is that running pods are replaced and
 * the run goes on; that the templates, definitions and values of an older chart can be upgraded is tried by
 * tests/chart/upgrade.test.ts. Image and migrations are of this working tree before and after: an older program would have
 * to be built from its own packages, and its chart has no admin, through which this run is released.
 */
async function upgrade(cluster: RealCluster, values: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "chart-"));
  const { version } = parse(readFileSync(join(chart, "Chart.yaml"), "utf8")) as { version: string };
  const next = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));
  try {
    await helm(cluster, ["package", chart, "--version", next, "-d", folder]);
    const archive = join(folder, `billing-operator-${next}.tgz`);
    return await withValues(values, (file) =>
      helm(cluster, ["upgrade", release, archive, "-n", namespace, "-f", file, "--wait", "--timeout=300s"]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Looks until it holds; rejects with what was seen last and the state of the pods. */
export async function until(
  what: string,
  cluster: RealCluster,
  look: () => Promise<{ readonly done: boolean; readonly seen: string }>,
  timeoutMs = 180_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { done, seen } = await look();
    if (done) return;
    if (performance.now() > deadline) {
      const pods = await kubectl(cluster, ["get", "pods", "-A", "-o", "wide"]);
      throw new Error(`waited for ${what}, saw ${seen}\n${pods.stdout}`);
    }
    await sleep(500);
  }
}
