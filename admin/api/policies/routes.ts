import { notFound } from "../../http/problem.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { versioned } from "../../http/versioned-route.ts";
import { policies, policy, policyParams } from "./schemas.ts";
import { builtIn, builtInVersion, storePolicy, wholeSpec } from "./store-policy.ts";
import { usesOfPolicies } from "./uses.ts";

const tag = "Policies";

/** Notification policies: quiet hours, holidays, channels, retries. */
export const policyRoutes: readonly Route[] = [
  readRoute({
    path: "/policies",
    role: "viewer",
    tag,
    summary: "Notification policies: those that are stored, the built-in one, and those that runs refer to",
    answer: policies,
    read: async (_input, context) => {
      const store = context.openPolicies(context.pool);
      const [writable, stored, uses] = await Promise.all([
        store.mayWrite(),
        store.list(),
        usesOfPolicies(context),
      ]);
      const names = new Set([...stored.map(({ name }) => name), builtIn, ...uses.map((use) => use.policy)]);
      const listed = [...names].sort().map((name) => {
        const own = stored.find((one) => one.name === name);
        const source = own !== undefined ? "stored" : name === builtIn ? "built-in" : "referenced";
        const generations = uses.filter((use) => use.policy === name).length;
        return { name, source, updatedAt: own?.updatedAt ?? null, generations } as const;
      });
      return { writable, policies: listed };
    },
  }),
  versioned(
    readRoute({
      path: "/policies/{name}",
      role: "viewer",
      tag,
      summary: "One notification policy with its defaults, and the generations of runs that refer to it",
      description: "Its ETag changes with the policy, not with who refers to it.",
      params: policyParams,
      answer: policy,
      read: async ({ params: { name } }, context) => {
        const store = context.openPolicies(context.pool);
        const [writable, own, uses] = await Promise.all([
          store.mayWrite(),
          store.find(name),
          usesOfPolicies(context),
        ]);
        if (own === null && name !== builtIn) throw notFound(`policy ${name}`);
        return {
          name,
          source: own === null ? ("built-in" as const) : ("stored" as const),
          ...{ writable, version: own?.version ?? builtInVersion, updatedAt: own?.updatedAt ?? null },
          alsoWrittenBy: own?.alsoWrittenBy ?? [],
          spec: wholeSpec(own?.spec ?? {}),
          usedBy: uses.filter((use) => use.policy === name).map(({ policy: _, ...use }) => use),
        };
      },
    }),
  ),
  storePolicy,
];
