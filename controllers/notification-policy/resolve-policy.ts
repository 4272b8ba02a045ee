import { z } from "zod";
import { notificationPolicySpec } from "../../crds/notification-policy.ts";
import { DEFAULT_POLICY, type NotificationPolicy } from "../../notification/policy.ts";
import { policyProblems } from "../../notification/policy-problems.ts";
import { policyOfSpec } from "./policy-of-spec.ts";

/** The policy that a run refers to, or why there is none that can be used. */
export type ResolvedPolicy =
  | { readonly kind: "resolved"; readonly policy: NotificationPolicy }
  | {
      readonly kind: "refused";
      readonly reason: "UnknownNotificationPolicy" | "InvalidNotificationPolicy";
      readonly message: string;
    };

/** What a reference means where no object has its name. */
const builtIn = "default";

/**
 * The policy of that name; `spec` is what the object of that name holds, undefined = there is none. Without one, `default`
 * is the program's own default, so that a first run needs no policy; any other name is a mistake.
 */
export function resolvePolicy(name: string, spec: unknown): ResolvedPolicy {
  if (spec === undefined) {
    if (name === builtIn) return { kind: "resolved", policy: DEFAULT_POLICY };
    const message = `there is no NotificationPolicy "${name}"; create it, and the run goes on by itself`;
    return { kind: "refused", reason: "UnknownNotificationPolicy", message };
  }
  const reading = readPolicySpec(spec);
  if (reading.kind === "valid") return { kind: "resolved", policy: reading.policy };
  const message = `NotificationPolicy "${name}": ${reading.problems.join("; ")}`;
  return { kind: "refused", reason: "InvalidNotificationPolicy", message };
}

/** The policy in a spec, or everything that is wrong with it. */
export function readPolicySpec(
  spec: unknown,
):
  | { readonly kind: "valid"; readonly policy: NotificationPolicy }
  | { readonly kind: "invalid"; readonly problems: readonly string[] } {
  const parsed = notificationPolicySpec.safeParse(spec);
  // The API server has checked this much, unless its definition is older than we are.
  if (!parsed.success) return { kind: "invalid", problems: [z.prettifyError(parsed.error)] };
  const policy = policyOfSpec(parsed.data);
  const problems = policyProblems(policy);
  return problems.length > 0 ? { kind: "invalid", problems } : { kind: "valid", policy };
}
