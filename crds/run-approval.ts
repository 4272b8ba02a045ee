import type { BillingRun } from "./billing-run-status.ts";

/** What a run waits for, or why there is nothing to approve. */
export type Approval =
  | {
      readonly kind: "waiting";
      /** A canary is approved so that the rest is settled; a result, so that it is promoted. */
      readonly subject: "canary" | "result";
      /** Hexadecimal. */
      readonly digest: string;
      readonly message: string;
    }
  | { readonly kind: "nothing"; readonly why: string };

/** Whether the run waits for approval, and of which digest. */
export function approvalOf({ metadata, spec, status }: BillingRun): Approval {
  const { name, generation } = metadata;
  if (status === undefined) return nothing(`${name} has no status yet: is the operator running?`);
  if (status.observedGeneration < generation) {
    return nothing(`${name} was changed a moment ago and the operator has not looked at it yet; try again`);
  }
  if (spec.suspend) return nothing(`${name} is suspended; resume it first`);
  if (status.phase !== "AwaitingApproval") {
    return nothing(`${name} does not wait for approval: it is ${status.phase} (${status.progress})`);
  }
  const message = status.conditions.find(({ type }) => type === "Approved")?.message ?? "";
  if (status.digest !== null) return { kind: "waiting", subject: "result", digest: status.digest, message };
  // Before the whole is proved, only the sentence names the digest of the canary.
  const digest = /\bdigest ([0-9a-f]{64})\b/.exec(message)?.[1];
  if (digest === undefined) return nothing(`${name} waits for approval, but names no digest`);
  return { kind: "waiting", subject: "canary", digest, message };
}

function nothing(why: string): Approval {
  return { kind: "nothing", why };
}
