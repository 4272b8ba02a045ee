import { notificationPolicySpec } from "../../../crds/notification-policy.ts";
import {
  findNotificationPolicy,
  listNotificationPolicies,
  storeNotificationPolicy,
} from "../../../database/run-ledger/notification-policies.ts";
import { policyUses } from "../../../database/run-ledger/policy-uses.ts";
import { conflict, HttpProblem, notFound } from "../../http/problem.ts";
import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { policies, policy, policyParams, storedPolicy, storePolicyBody } from "./schemas.ts";

const tag = "Policies";

/** The one that holds where nobody stored one. */
const builtIn = "default";

/** Notification policies: quiet hours, holidays, channels, retries. */
export const policyRoutes: readonly Route[] = [
  readRoute({
    path: "/policies",
    role: "viewer",
    tag,
    summary: "Notification policies that this database knows: stored here, or referred to by a run",
    answer: policies,
    read: async (_input, { pool, policiesWritable }) => {
      const [stored, uses] = await Promise.all([listNotificationPolicies(pool), policyUses(pool, null)]);
      const names = new Set([...stored.map(({ name }) => name), builtIn, ...uses.map((use) => use.policy)]);
      const listed = [...names].sort().map((name) => {
        const own = stored.find((one) => one.name === name);
        const source = own !== undefined ? "stored" : name === builtIn ? "built-in" : "referenced";
        const generations = uses.filter((use) => use.policy === name).length;
        return { name, source, updatedAt: own?.updatedAt ?? null, generations } as const;
      });
      return { writable: policiesWritable, policies: listed };
    },
  }),
  readRoute({
    path: "/policies/{name}",
    role: "viewer",
    tag,
    summary: "One notification policy with its defaults, and the generations of runs that refer to it",
    params: policyParams,
    answer: policy,
    read: async ({ params: { name } }, { pool }) => {
      const [stored, usedBy] = await Promise.all([listNotificationPolicies(pool), policyUses(pool, name)]);
      const own = stored.find((one) => one.name === name);
      if (own === undefined && name !== builtIn) throw notFound(`policy ${name} in this database`);
      const spec = notificationPolicySpec.safeParse(own?.spec ?? {});
      return {
        name,
        source: own === undefined ? ("built-in" as const) : ("stored" as const),
        updatedAt: own?.updatedAt ?? null,
        // One that an older program stored is shown as it is.
        spec: spec.success ? spec.data : own?.spec,
        usedBy: usedBy.map(({ policy: _, ...use }) => use),
      };
    },
  }),
  commandRoute({
    path: "/policies/{name}",
    method: "put",
    role: "operator",
    tag,
    summary: "Store a notification policy: for bills promoted from now on; what was promoted keeps its own",
    description:
      "On one machine. In a cluster the NotificationPolicy resource is the truth, and kubectl or GitOps writes it.",
    action: "policy.store",
    params: policyParams,
    body: storePolicyBody,
    answer: storedPolicy,
    execute: async ({ params: { name }, body }, { client, policiesWritable }) => {
      if (!policiesWritable) {
        throw conflict(
          "policy-in-cluster",
          `policy ${name} is a resource of the cluster: change it by kubectl or GitOps`,
        );
      }
      const spec = checkedSpec(body.spec);
      await storeNotificationPolicy(client, name, spec);
      return { state: "done", answer: { name, spec: await findNotificationPolicy(client, name) } };
    },
  }),
];

/** The spec as the CRD accepts it, with its defaults; every field that is wrong is a problem of the caller's. */
function checkedSpec(spec: unknown): object {
  const parsed = notificationPolicySpec.safeParse(spec ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    ...{ in: "body" as const, field: ["spec", ...path.map(String)].join("."), message },
  }));
  throw new HttpProblem(400, "invalid-policy", "the policy was not stored; see errors", { fields });
}
