import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type FakeKubelet, type FakeKubeletOptions, startFakeKubelet } from "./fake-kubelet.ts";
import { kubectlOk } from "./kubectl.ts";
import { type TestNamespace, testNamespace } from "./test-cluster.ts";

/** As settlement's Job (docs/architecture.md, exit codes). */
const podFailurePolicy = {
  rules: [
    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] },
    { action: "Ignore", onExitCodes: { operator: "In", values: [75] } },
    { action: "FailIndex", onExitCodes: { operator: "In", values: [42] } },
    { action: "FailJob", onExitCodes: { operator: "In", values: [43] } },
  ],
};

const job = (spec: object, container: object = {}, pod: object = {}): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "settle" },
  spec: {
    completionMode: "Indexed",
    completions: 4,
    parallelism: 4,
    backoffLimitPerIndex: 1,
    podReplacementPolicy: "Failed",
    podFailurePolicy,
    ...spec,
    template: {
      spec: { restartPolicy: "Never", containers: [{ name: "settle", image: "none", ...container }], ...pod },
    },
  },
});

interface JobStatus {
  readonly succeeded?: number;
  readonly failed?: number;
  readonly active?: number;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly reason: string;
    readonly message: string;
  }[];
}

class World {
  readonly kubelet: FakeKubelet;
  readonly #at: TestNamespace;

  constructor(at: TestNamespace, kubelet: FakeKubelet) {
    this.#at = at;
    this.kubelet = kubelet;
  }

  kubectl(args: readonly string[], input?: object): Promise<string> {
    const options = input === undefined ? {} : { input: JSON.stringify(input) };
    return kubectlOk(this.#at.cluster, [...args, `--namespace=${this.#at.namespace}`], options);
  }

  async apply(...objects: readonly object[]): Promise<void> {
    for (const object of objects) await this.kubectl(["apply", "-f", "-"], object);
  }

  /** Status of the Job when it has the condition. */
  async jobWith(condition: "Complete" | "Failed"): Promise<JobStatus> {
    await this.kubectl(["wait", `--for=condition=${condition}`, "job/settle", "--timeout=60s"]);
    return JSON.parse(await this.kubectl(["get", "job", "settle", "-o=jsonpath={.status}"])) as JobStatus;
  }

  /** `<index>:<exit code>` of every pod that has ended, sorted. */
  async exits(): Promise<string[]> {
    const index = ".metadata.annotations.batch\\.kubernetes\\.io/job-completion-index";
    const code = ".status.containerStatuses[0].state.terminated.exitCode";
    const template = `{range .items[*]}{${index}}:{${code}} {end}`;
    return (await this.kubectl(["get", "pods", `-o=jsonpath=${template}`])).trim().split(" ").sort();
  }
}

async function world(t: TestContext, options: FakeKubeletOptions = {}): Promise<World> {
  const at = await testNamespace(t);
  const kubelet = await startFakeKubelet(at.cluster, { namespace: at.namespace, ...options });
  t.after(() => kubelet.stop());
  return new World(at, kubelet);
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await holds()); attempt++) {
    if (attempt > 600) throw new Error(`never: ${what}`);
    await sleep(50);
  }
}

test("an Indexed Job completes: each pod really runs, with the environment that its spec describes", async (t) => {
  const its = await world(t);
  await its.apply(
    { apiVersion: "v1", kind: "Secret", metadata: { name: "keys" }, stringData: { key: "s3cret" } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { PERIOD: "2026-10" } },
    job(
      {},
      {
        command: [process.execPath, "-e"],
        args: [
          "console.log([process.env.JOB_COMPLETION_INDEX, process.env.KEY, process.env.PERIOD, process.env.BOTH, '$(PERIOD)', process.env.HOME].join())",
        ],
        envFrom: [{ configMapRef: { name: "settings" } }],
        env: [
          { name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "key" } } },
          { name: "BOTH", value: "$(KEY)/$(NONE)/$$(KEY)" },
        ],
      },
    ),
  );
  const status = await its.jobWith("Complete");
  assert.deepEqual([status.succeeded, status.completedIndexes], [4, "0-3"]);
  const names = (await its.kubectl(["get", "pods", "-o=jsonpath={.items[*].metadata.name}"]))
    .split(" ")
    .sort();
  assert.deepEqual(
    names.map((name) => its.kubelet.logOf(name).trim()),
    [0, 1, 2, 3].map((index) => `${index},s3cret,2026-10,s3cret/$(NONE)/$(KEY),2026-10,`),
  );
});

test("exit 75 is started again and not counted; 1 is, until its index has failed", async (t) => {
  let interruptions = 0;
  const its = await world(t, {
    script: ({ index }) => {
      if (index === 0) return interruptions++ === 0 ? 75 : 0;
      return index === 1 ? { exitCode: 1, message: "the disk is full" } : 0;
    },
  });
  await its.apply(job({ backoffLimitPerIndex: 0, maxFailedIndexes: 2 }));
  const status = await its.jobWith("Failed");
  assert.deepEqual([status.completedIndexes, status.failedIndexes], ["0,2,3", "1"]);
  assert.equal(interruptions, 2);
  const message =
    "{.items[?(@.status.phase=='Failed')].status.containerStatuses[0].state.terminated.message}";
  assert.match(await its.kubectl(["get", "pods", `-o=jsonpath=${message}`]), /the disk is full/);
});

test("exit 42 fails its index at once and leaves the others", async (t) => {
  const its = await world(t, { script: ({ index }) => (index === 2 ? 42 : 0) });
  await its.apply(job({ backoffLimitPerIndex: 3, maxFailedIndexes: 1 }));
  const status = await its.jobWith("Failed");
  assert.deepEqual([status.completedIndexes, status.failedIndexes, status.failed], ["0,1,3", "2", 1]);
  assert.equal(status.conditions?.find(({ type }) => type === "Failed")?.reason, "FailedIndexes");
  assert.deepEqual(await its.exits(), ["0:0", "1:0", "2:42", "3:0"]);
});

test("exit 43 fails the whole Job and interrupts the others", async (t) => {
  const interrupted: (number | null)[] = [];
  const its = await world(t, {
    script: async ({ index, terminated }) => {
      if (index === 1) return 43;
      await new Promise((resolve) => {
        terminated.addEventListener("abort", resolve);
      });
      interrupted.push(index);
      return 75;
    },
  });
  await its.apply(job({}));
  const status = await its.jobWith("Failed");
  assert.equal(status.conditions?.find(({ type }) => type === "Failed")?.reason, "PodFailurePolicy");
  assert.deepEqual(interrupted.sort(), [0, 2, 3]);
});

test("deletion is SIGTERM, and SIGKILL after the grace period", async (t) => {
  const its = await world(t);
  const patient = "process.on('SIGTERM', () => { console.log('interrupted'); process.exit(75); });";
  const stubborn = "process.on('SIGTERM', () => console.log('no'));";
  const code = `if (process.env.JOB_COMPLETION_INDEX === '0') { ${patient} } else { ${stubborn} }
    setInterval(() => {}, 1000); console.log('started');`;
  await its.apply(
    job(
      { completions: 2, parallelism: 2 },
      { command: [process.execPath, "-e", code] },
      { terminationGracePeriodSeconds: 1 },
    ),
  );
  const names = (): string[] => [...its.kubelet.pids().keys()].sort();
  await until(
    "both run",
    () => names().filter((name) => its.kubelet.logOf(name).includes("started")).length === 2,
  );
  const [patientPod = "", stubbornPod = ""] = names();
  // Suspending deletes the pods, and the Job controller keeps them until they have ended.
  await its.kubectl(["patch", "job", "settle", "--type=merge", '--patch={"spec":{"suspend":true}}']);
  await until("both are gone", async () => (await its.kubectl(["get", "pods", "-o=name"])) === "");
  assert.equal(its.kubelet.logOf(patientPod), "started\ninterrupted\n");
  assert.equal(its.kubelet.logOf(stubbornPod), "started\nno\n");
  assert.equal(its.kubelet.pids().size, 0);

  await its.kubectl(["patch", "job", "settle", "--type=merge", '--patch={"spec":{"suspend":false}}']);
  await until("they are started again", () => its.kubelet.pids().size === 2);
});

test("a pod waits for its missing Secret, as on a node", async (t) => {
  const its = await world(t);
  const env = [{ name: "KEY", valueFrom: { secretKeyRef: { name: "late", key: "key" } } }];
  const command = [process.execPath, "-e", "process.exit(process.env.KEY === 'here' ? 0 : 1)"];
  await its.apply(job({ completions: 1, parallelism: 1 }, { command, env }));
  const reason = "-o=jsonpath={.items[*].status.containerStatuses[0].state.waiting.reason}";
  await until(
    "it says why",
    async () => (await its.kubectl(["get", "pods", reason])) === "CreateContainerConfigError",
  );
  await its.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "late" },
    stringData: { key: "here" },
  });
  assert.equal((await its.jobWith("Complete")).succeeded, 1);
});

test("a container without a command runs the image's program with its args", async (t) => {
  const its = await world(t);
  await its.apply(job({ completions: 1, parallelism: 1 }, { args: ["settle", "--help"] }));
  assert.equal((await its.jobWith("Complete")).succeeded, 1);
  const name = await its.kubectl(["get", "pods", "-o=jsonpath={.items[*].metadata.name}"]);
  assert.match(its.kubelet.logOf(name), /Usage: billing-operator settle/);
});
