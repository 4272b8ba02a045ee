import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { parse, stringify } from "yaml";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import { kubectlOk } from "../cluster/kubectl.ts";
import { testNamespace } from "../cluster/test-cluster.ts";

interface KubeConfigFile {
  clusters: { cluster: Record<string, unknown> }[];
  users: { user: Record<string, unknown> }[];
  contexts: { context: Record<string, unknown> }[];
}

interface World {
  readonly namespace: string;
  readonly folder: string;
  /** A token of a service account of the namespace, which is made for it. */
  readonly token: (account: string) => Promise<string>;
  /** A client whose user is `user`, after `change` of the cluster's entry. */
  readonly client: (user: object, change?: object) => KubernetesClient;
}

async function world(t: TestContext): Promise<World> {
  const { cluster, namespace } = await testNamespace(t);
  const folder = mkdtempSync(join(tmpdir(), "credentials-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    namespace,
    folder,
    token: async (account) => {
      await kubectlOk(cluster, ["-n", namespace, "create", "serviceaccount", account]);
      return (await kubectlOk(cluster, ["-n", namespace, "create", "token", account])).trim();
    },
    client: (user, change = {}) => {
      const config = parse(readFileSync(cluster.kubeconfig, "utf8")) as KubeConfigFile;
      config.users.forEach((entry) => (entry.user = { ...user }));
      config.clusters.forEach((entry) => Object.assign(entry.cluster, change));
      config.contexts.forEach((entry) => (entry.context["namespace"] = namespace));
      const path = join(folder, `kubeconfig-${Math.random()}`);
      writeFileSync(path, stringify(config));
      return createKubernetes({ kubeconfig: path });
    },
  };
}

/** Who the server takes us for. */
async function whoAmI(kubernetes: KubernetesClient): Promise<string> {
  const reviews = { group: "authentication.k8s.io", version: "v1", plural: "selfsubjectreviews" };
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const answer = await kubernetes.create<{ status: { userInfo: { username: string } } }>(reviews, "", review);
  return answer.status.userInfo.username;
}

const unauthorized = (error: unknown): boolean => error instanceof KubernetesError && error.status === 401;

test("a token is sent; the context's namespace is known", async (t) => {
  const { namespace, token, client } = await world(t);
  const kubernetes = client({ token: await token("one") });
  assert.equal(await whoAmI(kubernetes), `system:serviceaccount:${namespace}:one`);
  assert.equal(kubernetes.defaultNamespace, namespace);
});

test("a token file, as pods have, is read again when it was rotated", async (t) => {
  const { namespace, folder, token, client } = await world(t);
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, `${await token("one")}\n`);
  const kubernetes = client({ "auth-provider": { name: "tokenFile", config: { tokenFile } } });
  assert.equal(await whoAmI(kubernetes), `system:serviceaccount:${namespace}:one`);
  writeFileSync(tokenFile, await token("two"));
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 61_000 });
  assert.equal(await whoAmI(kubernetes), `system:serviceaccount:${namespace}:two`);
});

test("a token that the server no longer takes is read anew at once", async (t) => {
  const { namespace, folder, token, client } = await world(t);
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "expired");
  const kubernetes = client({ "auth-provider": { name: "tokenFile", config: { tokenFile } } });
  await assert.rejects(whoAmI(kubernetes), unauthorized);
  writeFileSync(tokenFile, await token("one"));
  t.mock.method(
    performance,
    "now",
    (
      (real) => () =>
        real() + 11_000
    )(performance.now.bind(performance)),
  );
  assert.equal(await whoAmI(kubernetes), `system:serviceaccount:${namespace}:one`);
});

test("an exec plugin is asked once for many requests, and again when the server refuses what it gave", async (t) => {
  const { namespace, folder, token, client } = await world(t);
  const good = await token("one");
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  const credential = (value: string): string =>
    JSON.stringify({
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: value },
    });
  writeFileSync(join(folder, "first"), credential("expired"));
  writeFileSync(join(folder, "later"), credential(good));
  const script = `cd '${folder}'; if [ -s calls ]; then cat later; else cat first; fi; echo x >>calls`;
  const kubernetes = client({
    exec: { apiVersion: "client.authentication.k8s.io/v1", command: "sh", args: ["-c", script] },
  });
  const names = await Promise.all(Array.from({ length: 5 }, () => whoAmI(kubernetes)));
  assert.deepEqual(new Set(names), new Set([`system:serviceaccount:${namespace}:one`]));
  assert.equal(readFileSync(calls, "utf8"), "x\nx\n");
});

test("a server that is not the one of the certificate authority is not talked to", async (t) => {
  const { client } = await world(t);
  const kubernetes = client({}, { "certificate-authority-data": undefined });
  await assert.rejects(
    whoAmI(kubernetes),
    (error) =>
      error instanceof KubernetesError && error.status === 0 && /CERT|SELF_SIGNED|VERIFY/.test(error.reason),
  );
});

test("a plugin that fails is a rejection with its words", async (t) => {
  const { client } = await world(t);
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "sh",
    args: ["-c", "echo log in first >&2; exit 1"],
  };
  await assert.rejects(
    whoAmI(client({ exec })),
    (error) =>
      error instanceof KubernetesError && error.status === 0 && error.message.includes("log in first"),
  );
});
