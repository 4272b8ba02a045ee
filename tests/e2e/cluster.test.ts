import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { installKeda } from "../cluster/keda.ts";
import { helm, kubectlOk } from "../cluster/kubectl.ts";
import { nodeFolder } from "../cluster/node/leftovers.ts";
import { network } from "../cluster/node/network.ts";
import { type RealCluster, startCluster } from "../cluster/real-cluster.ts";
import { buildProjectImage, type ProjectImage } from "./project-image.ts";

// Does the cluster itself do what the other tests of this folder rely on? Nothing of the operator runs here.

let image: ProjectImage;
let cluster: RealCluster;

before(async () => {
  image = await buildProjectImage();
  cluster = await startCluster({ images: [image.tar] });
});

after(() => cluster.stop());

const kubectl = (...args: readonly string[]): Promise<string> => kubectlOk(cluster, args);
const apply = (object: object): Promise<string> =>
  kubectlOk(cluster, ["apply", "-f", "-"], { input: JSON.stringify(object) });

/** A container that runs `script` by the image's Node. */
const container = (script: string): object => ({
  name: "script",
  image: image.name,
  imagePullPolicy: "IfNotPresent",
  command: ["/usr/bin/node", "-e", script],
});

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await holds()); attempt++) {
    if (attempt > 600) throw new Error(`never: ${what}`);
    await sleep(100);
  }
}

test("the node is ready and a scheduler gives it pods: an Indexed Job of 4 reaches a server of this machine", async () => {
  assert.match(await kubectl("get", "node", "node1"), / Ready /);
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on("data", (line) => heard.push(line.toString()));
    socket.on("error", () => undefined);
  });
  server.listen(0, cluster.hostAddress);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const script = `require("net").connect(${port}, "host.internal").end(process.env.JOB_COMPLETION_INDEX)`;
  await apply({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "four" },
    spec: {
      completionMode: "Indexed",
      completions: 4,
      parallelism: 2,
      template: { spec: { restartPolicy: "Never", containers: [container(script)] } },
    },
  });
  await kubectl("wait", "--for=condition=Complete", "job/four", "--timeout=90s");
  server.close();
  assert.deepEqual(heard.sort(), ["0", "1", "2", "3"]);
});

/** A chart of one Deployment that answers HTTP as the kubelet's probes and a Service ask for. */
function writeChart(folder: string): void {
  const script = `require("http").createServer((q, r) => r.end("it answers")).listen(8080);
    process.on("SIGTERM", () => process.exit(0));`;
  const labels = { app: "web" };
  const probe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 };
  const securityContext = {
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
  };
  const containers = [{ ...container(script), readinessProbe: probe, securityContext }];
  const podSecurity = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
  const template = { metadata: { labels }, spec: { securityContext: podSecurity, containers } };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  };
  mkdirSync(join(folder, "templates"));
  writeFileSync(
    join(folder, "Chart.yaml"),
    JSON.stringify({ apiVersion: "v2", name: "web", version: "0.1.0" }),
  );
  writeFileSync(join(folder, "templates/deployment.yaml"), JSON.stringify(deployment));
  writeFileSync(join(folder, "templates/service.yaml"), JSON.stringify(service));
}

test("Helm installs a chart under the restricted security context, and its Service answers", async (t) => {
  const chart = mkdtempSync(join(tmpdir(), "chart-"));
  t.after(() => {
    rmSync(chart, { recursive: true, force: true });
  });
  writeChart(chart);
  assert.match(await helm(cluster, ["install", "web", chart, "--wait", "--timeout=90s"]), /STATUS: deployed/);
  const address = await kubectl("get", "service", "web", "-o=jsonpath={.spec.clusterIP}");
  // kube-proxy hears of a new endpoint a moment after its pod is ready: until then it may refuse.
  const answer = async (): Promise<string> => {
    const response = await fetch(`http://${address}/`).catch(() => undefined);
    return (await response?.text()) ?? "";
  };
  await until("the Service answers", async () => (await answer()) === "it answers");
});

test("KEDA scales a Deployment from none to three by a number that this machine serves, and back", async (t) => {
  await installKeda(cluster);
  let lag = 0;
  const server = createHttpServer((_request, response) => response.end(JSON.stringify({ lag })));
  server.listen(0, cluster.hostAddress);
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const labels = { app: "scaled" };
  const idle = "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);";
  await apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "scaled" },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container(idle)] } },
    },
  });
  await apply({
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name: "scaled" },
    spec: {
      scaleTargetRef: { name: "scaled" },
      pollingInterval: 1,
      cooldownPeriod: 1,
      minReplicaCount: 0,
      maxReplicaCount: 3,
      advanced: {
        horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } },
      },
      triggers: [
        {
          type: "metrics-api",
          metadata: { targetValue: "10", url: `http://host.internal:${port}/`, valueLocation: "lag" },
        },
      ],
    },
  });
  const replicas = (): Promise<string> =>
    kubectl("get", "deployment", "scaled", "-o=jsonpath={.status.readyReplicas}");
  lag = 45;
  await until("three replicas", async () => (await replicas()) === "3");
  lag = 0;
  await until("none", async () => (await replicas()) === "");
});

test("nothing is left of a cluster that was stopped, nor of one whose process was killed", async () => {
  await cluster.stop();
  const isLeft = (): boolean[] =>
    [nodeFolder, `/run/netns/${network.namespace}`].map((path) => existsSync(path));
  assert.deepEqual(isLeft(), [false, false]);

  const module = JSON.stringify(new URL("../cluster/real-cluster.ts", import.meta.url).href);
  const program = `const { startCluster } = await import(${module});
    await startCluster({ images: [${JSON.stringify(image.tar)}] });
    console.log("up");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  await assert.rejects(startCluster(), /in use: process/);
  const access = {
    kubeconfig: join(nodeFolder, "admin.kubeconfig"),
    kubectlCache: join(nodeFolder, "kubectl-cache"),
    server: "",
  };
  const pod = { restartPolicy: "Never", containers: [container("setInterval(() => {}, 1000)")] };
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "left" }, spec: pod };
  await until("the namespace has its service account", () =>
    kubectlOk(access, ["apply", "-f", "-"], { input: JSON.stringify(object) }).then(
      () => true,
      () => false,
    ),
  );
  await kubectlOk(access, ["wait", "--for=condition=Ready", "pod/left", "--timeout=60s"]);
  child.kill("SIGKILL");
  await once(child, "exit");

  cluster = await startCluster();
  assert.equal(await kubectl("get", "pods", "--namespace=default", "-o=name"), "");
  await cluster.stop();
  assert.deepEqual(isLeft(), [false, false]);
});
