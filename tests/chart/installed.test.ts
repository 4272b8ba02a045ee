import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "yaml";
import { startFakeKubelet } from "../cluster/fake-kubelet.ts";
import { kubectl, kubectlOk } from "../cluster/kubectl.ts";
import { testCluster } from "../cluster/test-cluster.ts";
import { chart } from "./chart-files.ts";
import { crds, restrictedNamespace, valuesFile } from "./place.ts";
import { jobTemplate, podsOf } from "./pods.ts";
import { everyProcess, production, render } from "./rendering.ts";

test("the hook runs before anything new, and a failed one stops the upgrade", async (t) => {
  const place = await restrictedNamespace(t);
  t.after(() => kubectl(place.cluster, ["delete", "--ignore-not-found", ...crds]));
  const databaseUrl = "--from-literal=DATABASE_URL=postgresql://user@nowhere/billing";
  await place.kubectl("create", "secret", "generic", production.database.existingSecret, databaseUrl);
  let exitCode = 0;
  const deploymentsAtHook: string[] = [];
  const kubelet = await startFakeKubelet(place.cluster, {
    namespace: place.namespace,
    script: async ({ jobName }) => {
      assert.equal(jobName, "b-billing-operator-migrate");
      deploymentsAtHook.push(
        await place.kubectl(
          "get",
          "deployments",
          "-o",
          "jsonpath={.items[*].spec.template.spec.containers[0].image}",
        ),
      );
      return exitCode;
    },
  });
  t.after(() => kubelet.stop());
  const values = { ...production, migration: { backoffLimit: 0 } };
  const versioned = (tag: string): string => valuesFile({ ...values, image: { tag } });
  await place.helm("install", "b", chart, "-f", versioned("one"), "--timeout", "60s");
  exitCode = 1;
  await assert.rejects(
    place.helm("upgrade", "b", chart, "-f", versioned("two"), "--timeout", "60s"),
    /pre-upgrade/,
  );
  const [atInstall, atUpgrade = ""] = deploymentsAtHook;
  assert.equal(atInstall, "");
  assert.deepEqual(new Set(atUpgrade.split(" ")), new Set(["billing-operator:one"]));
  assert.equal(deploymentsAtHook.length, 2);
  const image = await place.kubectl(
    ...["get", "deployment/b-billing-operator-email", "-o", "jsonpath={..containers[0].image}"],
  );
  assert.equal(image, "billing-operator:one");
  const policies = await place.kubectl("get", "networkpolicies", "-o", "name");
  assert.doesNotMatch(policies, /migration/);
  await place.helm("uninstall", "b", "--no-hooks");
});

for (const [what, values, valuesFiles] of [
  ["production", production, []],
  ["every process", everyProcess, []],
  ["a laptop", {}, ["values-dev.yaml"]],
] as const) {
  test(`the API server takes every object of ${what}, and restricted Pod Security every pod`, async (t) => {
    const place = await restrictedNamespace(t);
    const objects = await render(values, { valuesFiles: [...valuesFiles] });
    const dryRun = ["apply", "--server-side", "--dry-run=server", "-f", "-", "--namespace", place.namespace];
    const unplaced = objects.map((object) => {
      const { namespace: _, ...metadata } = object.metadata as { namespace?: string };
      return { ...object, metadata };
    });
    await kubectlOk(place.cluster, dryRun, {
      input: unplaced.map((object) => stringify(object)).join("---\n"),
    });
    // A Deployment is taken with a warning, whatever its pods are: so each pod itself.
    await place.kubectl("get", "serviceaccount", "default");
    for (const { by, spec, labels } of podsOf(objects)) {
      const metadata = { name: "pod", labels };
      const pod = { ...spec, serviceAccountName: "default", restartPolicy: "Never" };
      const { code, stderr } = await kubectl(place.cluster, dryRun, {
        input: stringify({ apiVersion: "v1", kind: "Pod", metadata, spec: withVolumes(pod) }),
      });
      assert.equal(code, 0, `${by}: ${stderr}`);
    }
  });
}

/** A StatefulSet adds the volumes of its claims itself. */
function withVolumes(pod: ReturnType<typeof podsOf>[number]["spec"]): object {
  const volumes = (pod.volumes ?? []) as { name: string }[];
  const mounted = pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  const claimed = mounted.filter((name) => !volumes.some((volume) => volume.name === name));
  return { ...pod, volumes: [...volumes, ...claimed.map((name) => ({ name, emptyDir: {} }))] };
}

test("a pod with more rights than restricted allows is refused, so the check above can fail", async (t) => {
  const place = await restrictedNamespace(t);
  const template = jobTemplate(await render(production));
  const spec = { ...template.spec, securityContext: {}, serviceAccountName: "default" };
  const { code, stderr } = await kubectl(
    place.cluster,
    ["apply", "--dry-run=server", "-f", "-", "--namespace", place.namespace],
    { input: stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "pod" }, spec }) },
  );
  assert.notEqual(code, 0);
  assert.match(stderr, /violates PodSecurity "restricted/);
});

test("those with the role view see runs, those with edit make them, in their namespace", async (t) => {
  const place = await restrictedNamespace(t);
  t.after(() => kubectl(place.cluster, ["delete", "--ignore-not-found", ...crds]));
  await place.helm("install", "b", chart, "--no-hooks", "-f", valuesFile(production));
  for (const role of ["view", "edit"]) {
    await place.kubectl("create", "rolebinding", role, `--clusterrole=${role}`, `--user=${role}er`);
  }
  const may = async (user: string, verb: string, what: string): Promise<boolean> => {
    const [resource = "", subresource = ""] = what.split("/");
    const { stdout } = await kubectl(place.cluster, [
      ...[
        "auth",
        "can-i",
        verb,
        resource,
        `--subresource=${subresource}`,
        "--namespace",
        place.namespace,
        `--as=${user}`,
      ],
    ]);
    return stdout.trim() === "yes";
  };
  // The aggregation controller works in the background.
  for (let tries = 0; !(await may("viewer", "list", "billingruns")) && tries < 50; tries++);
  assert.equal(await may("viewer", "list", "billingruns"), true);
  assert.equal(await may("viewer", "create", "billingruns"), false);
  assert.equal(await may("editer", "create", "billingruns"), true);
  assert.equal(await may("editer", "patch", "billingruns/scale"), true);
  assert.equal(await may("editer", "patch", "billingruns/status"), false);
  await place.helm("uninstall", "b");
});

test("KEDA installed later: an upgrade hands it the replicas, and leaves those that it has set", async (t) => {
  const place = await restrictedNamespace(t);
  const cluster = await testCluster();
  t.after(() =>
    kubectl(cluster, ["delete", "--ignore-not-found", ...crds, ...kedaKinds.map(({ crd }) => `crd/${crd}`)]),
  );
  await place.helm("install", "b", chart, "--no-hooks", "-f", valuesFile(production));
  const replicas = (): Promise<string> =>
    place.kubectl("get", "deployment/b-billing-operator-email", "-o", "jsonpath={.spec.replicas}");
  assert.equal(await replicas(), "1");
  await kubectlOk(cluster, ["apply", "-f", "-"], { input: kedaKinds.map(({ text }) => text).join("---\n") });
  await kubectlOk(cluster, [
    "wait",
    "--for=condition=Established",
    ...kedaKinds.map(({ crd }) => `crd/${crd}`),
  ]);
  await place.helm("upgrade", "b", chart, "--no-hooks", "-f", valuesFile(production));
  assert.match(await place.kubectl("get", "scaledobjects.keda.sh", "-o", "name"), /-email\n.*-push\n.*-sms/);
  await place.kubectl("scale", "deployment/b-billing-operator-email", "--replicas=5");
  await place.helm(
    "upgrade",
    "b",
    chart,
    "--no-hooks",
    "-f",
    valuesFile({ ...production, logLevel: "debug" }),
  );
  assert.equal(await replicas(), "5");
  await place.helm("uninstall", "b");
});

/** Stand-ins with KEDA's names and without its schema; `make e2e` has the real ones. */
const kedaKinds = ["ScaledObject", "TriggerAuthentication"].map((kind) => {
  const plural = `${kind.toLowerCase()}s`;
  const crd = `${plural}.keda.sh`;
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const text = stringify({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: crd },
    spec: {
      ...{ group: "keda.sh", scope: "Namespaced", names: { kind, plural, singular: kind.toLowerCase() } },
      versions: [{ name: "v1alpha1", served: true, storage: true, schema }],
    },
  });
  return { crd, text };
});
