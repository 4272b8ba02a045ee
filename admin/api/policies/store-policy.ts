import { z } from "zod";
import { notificationPolicySpec } from "../../../crds/notification-policy.ts";
import type { Effect } from "../../../database/commands/execute-command.ts";
import type { Precondition } from "../../http/precondition.ts";
import { HttpProblem } from "../../http/problem.ts";
import { refuse } from "../../http/refuse.ts";
import type { CommandContext } from "../../http/route.ts";
import { conditionalRoute } from "../../http/versioned-route.ts";
import type { KeptPolicy } from "../../policies/policy-store.ts";
import { policyParams, storedPolicy, storePolicyBody } from "./schemas.ts";

/** The one that holds where nobody stored one, and what its version is then. */
export const builtIn = "default";
export const builtInVersion = "built-in";

/** A policy as it is kept before it is written. */
const storeIntent = z.object({
  name: z.string(),
  /** Not parsed again: what was accepted then is what is written. */
  spec: z.record(z.string(), z.unknown()),
  version: z.string().nullable(),
});

/** `PUT /policies/{name}`. */
export const storePolicy = conditionalRoute({
  path: "/policies/{name}",
  method: "put",
  role: "operator",
  tag: "Policies",
  summary: "Store a notification policy: for bills promoted from now on; what was promoted keeps its own",
  description:
    "On one machine in the database, in a cluster as the NotificationPolicy resource. `If-Match` names the version that was " +
    "looked at: whoever comes second is told (412), and nothing is overwritten.",
  action: "policy.store",
  params: policyParams,
  body: storePolicyBody,
  answer: storedPolicy,
  intent: storeIntent,
  intend: async ({ params: { name }, body, precondition }, { client, openPolicies }) => {
    const spec = checkedSpec(body.spec);
    const store = openPolicies(client);
    if (!(await store.mayWrite())) {
      return refuse(
        "policy-read-only",
        `this installation may not write policies: change ${name} by kubectl or GitOps, or allow it (admin.policies.write of the chart)`,
      );
    }
    const own = await store.find(name);
    if (!isMet(precondition, name, own)) return changedMeanwhile(name, own, precondition.kind === "absent");
    return { state: "intended", intent: { name, spec, version: own?.version ?? null } };
  },
  write,
});

async function write(
  policy: z.output<typeof storeIntent>,
  { client, commandId, openPolicies }: CommandContext,
): Promise<Effect<z.output<typeof storedPolicy>>> {
  const store = openPolicies(client);
  const result = await store.write(policy, commandId);
  const own = await store.find(policy.name);
  if (result.kind === "refused") {
    return result.code === "overtaken"
      ? changedMeanwhile(policy.name, own, policy.version === null)
      : refuse(result.code, result.why);
  }
  // What stands there now: had somebody gone on meanwhile, spec and version are theirs, both.
  const { name, spec, version } = own ?? { ...policy, version: "" };
  return { state: "done", answer: { name, spec: wholeSpec(spec), version } };
}

function isMet(precondition: Precondition, name: string, own: KeptPolicy | null): boolean {
  if (precondition.kind === "absent") return own === null;
  const version = own?.version ?? (name === builtIn ? builtInVersion : undefined);
  return precondition.version === version;
}

function changedMeanwhile(name: string, own: KeptPolicy | null, isNew: boolean): ReturnType<typeof refuse> {
  if (own === null) return stale(`there is no policy ${name} any more; nothing was stored`);
  if (isNew) return stale(`there is a policy ${name} already, and it stays as it is; choose another name`);
  return stale(`policy ${name} was stored by somebody else since you looked at it; nothing was overwritten`);
}

const stale = (why: string): ReturnType<typeof refuse> => refuse("changed-meanwhile", why, 412);

/** A kept spec with its defaults; one that an older program stored is shown as it is. */
export function wholeSpec(spec: unknown): unknown {
  const read = notificationPolicySpec.safeParse(spec);
  return read.success ? read.data : spec;
}

/** The spec as the CRD accepts it, with its defaults; every field that is wrong is a problem of the caller's. */
function checkedSpec(spec: unknown): z.output<typeof notificationPolicySpec> {
  const parsed = notificationPolicySpec.safeParse(spec ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    ...{ in: "body" as const, field: ["spec", ...path.map(String)].join("."), message },
  }));
  throw new HttpProblem(400, "invalid-policy", "the policy was not stored; see errors", { fields });
}
