import assert from "node:assert/strict";
import { after, test, type TestContext } from "node:test";
import { authenticateBy } from "../../admin/access/authenticate.ts";
import { kubernetesTokenReader } from "../../admin/access/kubernetes-tokens.ts";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import { startControlPlane } from "../cluster/control-plane.ts";
import { kubectlOk } from "../cluster/kubectl.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";

const audience = "billing-operator-admin";
const plane = await startControlPlane();
after(() => plane.stop());

const kubectl = (...args: readonly string[]): Promise<string> => kubectlOk(plane, args);

async function adminOf(t: TestContext): Promise<TestAdmin> {
  const kubernetes = createKubernetes({ kubeconfig: plane.kubeconfig });
  const reader = kubernetesTokenReader({ kubernetes, audience, namespace: "default" });
  return await startAdmin(t, (parts) => ({
    ...parts,
    authenticate: authenticateBy(parts.context.pool, [reader]),
  }));
}

/** A service account that RBAC lets use these roles of ours. */
async function account(name: string, ...roles: readonly string[]): Promise<void> {
  await kubectl("create", "serviceaccount", name);
  if (roles.length === 0) return;
  // kubectl cannot create a role for a resource that the API server does not serve; RBAC knows any name.
  const role = {
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name, namespace: "default" } },
    rules: [
      { apiGroups: ["billing.telco.dev"], resources: ["adminroles"], resourceNames: roles, verbs: ["use"] },
    ],
  };
  await kubectlOk(plane, ["apply", "-f", "-"], { input: JSON.stringify(role) });
  await kubectl("create", "rolebinding", name, `--role=${name}`, `--serviceaccount=default:${name}`);
}

async function token(name: string, forAudience: string): Promise<string> {
  return (await kubectl("create", "token", name, `--audience=${forAudience}`)).trim();
}

void test("a service account's token gives the roles that RBAC gives it, and only if it was made for us", async (t) => {
  const admin = await adminOf(t);
  await account("crm", "viewer", "operator");
  await account("stranger");
  const ask = async (bearer: string): Promise<readonly unknown[]> => {
    const headers = { authorization: `Bearer ${bearer}` };
    const { status, body } = await admin.fetch("/api/v1/me", { headers });
    return [status, status === 200 ? body : body.code];
  };
  const crm = "system:serviceaccount:default:crm";
  assert.deepEqual(await ask(await token("crm", audience)), [
    200,
    { name: crm, roles: ["viewer", "operator"], via: "service-account" },
  ]);
  assert.deepEqual(await ask(await token("stranger", audience)), [403, "not-allowed"]);
  const ofTheCluster = await token("crm", "https://kubernetes.default.svc");
  assert.deepEqual(await ask(ofTheCluster), [401, "bad-token"], "a token for the API server is not for us");
  assert.deepEqual(await ask("abc"), [401, "bad-token"]);
});

void test("a cluster that does not answer is no refusal: try again", async (t) => {
  const reader = kubernetesTokenReader({
    kubernetes: createKubernetes({ kubeconfig: plane.kubeconfig, timeoutMs: 1_000 }),
    ...{ audience, namespace: "default" },
  });
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    authenticate: authenticateBy(parts.context.pool, [reader]),
  }));
  await account("late", "viewer");
  const bearer = await token("late", audience);
  await plane.kill9("kube-apiserver");
  const { status, body } = await admin.fetch("/api/v1/me", {
    headers: { authorization: `Bearer ${bearer}` },
  });
  assert.deepEqual([status, body.code], [503, "cluster-away"]);
});
