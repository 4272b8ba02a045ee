import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { checkPassword, parseLocalUsers } from "../../admin/access/local-users.ts";
import { helm, kubectlOk } from "../cluster/kubectl.ts";
import { testNamespace } from "../cluster/test-cluster.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const chart = join(repository, "charts/billing-operator");
const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const { version } = JSON.parse(read("package.json")) as { readonly version: string };
const members = read("setup/kind-members.yaml").replaceAll("IMAGE_TAG", version);

test("the example's members are accepted by an API server that enforces the restricted pod standard", async (t) => {
  const { cluster, namespace } = await testNamespace(t);
  const standard = [
    "pod-security.kubernetes.io/enforce=restricted",
    "pod-security.kubernetes.io/warn=restricted",
  ];
  await kubectlOk(cluster, ["label", "namespace", namespace, ...standard]);
  const applied = await kubectlOk(cluster, ["apply", "-n", namespace, "--dry-run=server", "-f", "-"], {
    input: members,
  });
  assert.match(applied, /^job.batch\/example-members created/);
  // The Job is accepted whatever its pods are; a pod of it is what the standard judges.
  const pod = await kubectlOk(cluster, ["create", "--dry-run=client", "-o=json", "-f", "-"], {
    input: members,
  });
  const { spec } = JSON.parse(pod) as { readonly spec: { readonly template: { readonly spec: object } } };
  const input = JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "one" },
    spec: spec.template.spec,
  });
  await kubectlOk(cluster, ["apply", "-n", namespace, "--dry-run=server", "-f", "-"], { input });
});

test("its Secret, its image and its labels are those of the chart as `make kind` installs it", async (t) => {
  const { cluster } = await testNamespace(t);
  const values = ["-f", join(chart, "values-dev.yaml"), "--set", `image.tag=${version}`];
  const template = (file: string): Promise<string> =>
    helm(cluster, ["template", "billing", chart, ...values, "--show-only", `templates/${file}`]);
  const secret = /secretRef: \{ name: (.+?) \}/.exec(members)?.[1] ?? "?";
  assert.match(await template("dev/secret.yaml"), new RegExp(`^  name: ${secret}$`, "m"));
  const job = await template("job-template.yaml");
  assert.ok(job.includes(`image: ${/image: (.+)/.exec(members)?.[1] ?? "?"}\n`));
  for (const [label] of members.matchAll(/app\.kubernetes\.io\/(name|instance|component): .+/g)) {
    assert.ok(job.includes(`${label}\n`), label);
  }
});

/** What the script calls besides: nothing else may be found, least of all a real kind of this machine. */
const ordinary = "bash cat cksum dirname env flock grep id mktemp rm sed sleep sort tail uname".split(" ");

/** Programs that note what they are called with; `clusters` is what `kind get clusters` prints, and what contains `missing` fails. */
function stubs(
  t: TestContext,
  programs: readonly string[],
  { clusters = "", missing = "get job" } = {},
): { readonly path: string; readonly calls: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), "kind-stubs-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const log = join(folder, "calls");
  writeFileSync(log, "");
  mkdirSync(join(folder, "bin"));
  for (const program of ordinary) {
    const found = ["/usr/bin", "/bin"].map((place) => join(place, program)).find((file) => existsSync(file));
    if (found !== undefined) symlinkSync(found, join(folder, "bin", program));
  }
  for (const program of programs) {
    const file = join(folder, "bin", program);
    const answer = `case "$1 $2" in "get clusters") echo "${clusters}" ;; esac; [[ "$*" != *"${missing}"* ]]`;
    // A program that ends before it has read what is piped into it ends its writer too.
    const reading = `case "$*" in *"--filename -"*) cat >/dev/null ;; esac`;
    writeFileSync(file, `#!/usr/bin/env bash\necho "${program} $*" >>${log}\n${reading}\n${answer}\n`);
    chmodSync(file, 0o755);
  }
  return { path: join(folder, "bin"), calls: () => readFileSync(log, "utf8").trim().split("\n") };
}

function runKind(path: string): { readonly status: number | null; readonly stderr: string } {
  const env = { ...process.env, PATH: path };
  const { status, stderr } = spawnSync(join(repository, "setup/kind.sh"), { env });
  return { status, stderr: stderr.toString() };
}

test("make kind names what is missing, and the remedy", (t) => {
  const { path } = stubs(t, ["docker"]);
  const { status, stderr } = runKind(path);
  assert.equal(status, 1);
  assert.match(stderr, /kind is missing\n +remedy: go install/);
});

test("make kind makes the cluster once, then brings image, KEDA, chart, members and a run, each to the same cluster", (t) => {
  const programs = ["docker", "kind", "helm", "kubectl"];
  const first = stubs(t, programs);
  assert.deepEqual(runKind(first.path), { status: 0, stderr: "" });
  const steps = first.calls().filter((call) => !/ (info|get) ?/.test(call));
  assert.deepEqual(
    steps.map((call) =>
      call
        .split(" ")
        .filter((word) => !word.startsWith("-"))
        .slice(0, 3)
        .join(" "),
    ),
    [
      "kind create cluster",
      `docker build VERSION=${version}`,
      "kind load docker",
      "helm upgrade keda",
      "helm upgrade billing",
      "kubectl kind billing",
      "kubectl kind billing",
      "kubectl kind billing",
    ].map((words) =>
      words.replace("kind billing", "kind-billing billing").replace("load docker", "load docker-image"),
    ),
  );
  for (const call of steps.filter((step) => step.startsWith("helm") || step.startsWith("kubectl"))) {
    assert.match(call, /--(kube-)?context kind-billing /);
  }
  const second = stubs(t, programs, { clusters: "billing" });
  assert.equal(runKind(second.path).status, 0);
  assert.ok(!second.calls().some((call) => call.startsWith("kind create")));
});

test("make kind makes two people who sign in, for nobody approves what they started themselves", (t) => {
  const { path, calls } = stubs(t, ["docker", "kind", "helm", "kubectl"], {
    ...{ clusters: "billing", missing: "get secret" },
  });
  assert.deepEqual(runKind(path), { status: 0, stderr: "" });
  const made = calls().find((call) => call.includes("create secret generic")) ?? "";
  const literals = new Map(
    [...made.matchAll(/--from-literal=(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const people = parseLocalUsers(literals.get("ADMIN_USERS") ?? "");
  assert.deepEqual(
    [...people].map(([name, { roles }]) => [name, [...roles]]),
    [
      ["operator", ["operator"]],
      ["approver", ["approver"]],
    ],
  );
  for (const name of people.keys()) {
    assert.ok(checkPassword(people, name, literals.get(name) ?? "") !== null, `${name} can sign in`);
  }
  const chart = calls().find((call) => call.startsWith("helm upgrade --install billing "));
  const secret = /create secret generic (\S+)/.exec(made)?.[1] ?? "?";
  assert.ok(chart?.includes(`admin.users.existingSecret=${secret},`), chart);
});
