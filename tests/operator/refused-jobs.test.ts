import assert from "node:assert/strict";
import { test } from "node:test";
import { kubectl, kubectlOk } from "../cluster/kubectl.ts";
import { conditionOf, createWorld, type World } from "./world.ts";

// A quota, a webhook or a policy of the cluster that lets no Job be created.

/** Refuses every Job of the world's namespace until the returned function is called. */
async function refuseJobs(world: World): Promise<() => Promise<void>> {
  const name = `no-jobs-${world.namespace}`;
  const admission = { apiVersion: "admissionregistration.k8s.io/v1" };
  const rule = { apiGroups: ["batch"], apiVersions: ["*"], operations: ["CREATE"], resources: ["jobs"] };
  const inNamespace = { matchLabels: { "kubernetes.io/metadata.name": world.namespace } };
  const objects = [
    {
      ...{ ...admission, kind: "ValidatingAdmissionPolicy", metadata: { name } },
      spec: {
        matchConstraints: { resourceRules: [rule], namespaceSelector: inNamespace },
        validations: [{ expression: "false", message: "no jobs during the audit" }],
      },
    },
    {
      ...{ ...admission, kind: "ValidatingAdmissionPolicyBinding", metadata: { name } },
      spec: { policyName: name, validationActions: ["Deny"] },
    },
  ];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await kubectlOk(world.cluster, ["apply", "-f", "-"], { input: list });
  await untilCreating(world, false);
  return async () => {
    await kubectlOk(world.cluster, [
      "delete",
      "validatingadmissionpolicybinding,validatingadmissionpolicy",
      name,
    ]);
    await untilCreating(world, true);
  };
}

/** A policy is in force, and out of it, some seconds after it was written. */
async function untilCreating(world: World, possible: boolean): Promise<void> {
  const dryRun = ["create", "job", "probe", "--image=none", "--dry-run=server"];
  await world.eventually(
    async () =>
      ((await kubectl(world.cluster, ["--namespace", world.namespace, ...dryRun])).code === 0) === possible,
    () => `Jobs were ${possible ? "" : "not "}to be possible`,
  );
}

test("a Job that the cluster refuses is said to be refused, and is started when it may be", async (t) => {
  const world = await createWorld(t);
  const allowJobs = await refuseJobs(world);
  world.startOperator();
  await world.apply("october", { dispatch: { release: "Manual", notificationPolicyRef: "default" } });
  const refused = await world.until("october", "was to say that its Job was refused", (status) =>
    status.conditions.some(({ reason }) => reason === "JobRefused"),
  );
  assert.match(conditionOf(refused, "Prepared").message, /october-prepare-r0.* no jobs during the audit/);
  assert.equal(refused.phase, "Preparing");
  await allowJobs();
  await world.until("october", "was to wait for its release", ({ phase }) => phase === "AwaitingRelease");
  assert.ok((await world.eventReasons("october")).includes("JobRefused"));

  const allowLedgerJobs = await refuseJobs(world);
  await world.change("october", { dispatch: { release: "Automatic" } });
  await world.until("october", "was to say that its release was refused", (status) =>
    conditionOf(status, "Dispatched").message.includes("no jobs during the audit"),
  );
  await allowLedgerJobs();
  await world.until("october", "was to deliver", ({ phase }) => phase === "Delivering");
});
