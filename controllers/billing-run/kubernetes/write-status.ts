import { isDeepStrictEqual } from "node:util";
import type { BillingRunStatus } from "../../../crds/billing-run-status.ts";
import { statusToApply } from "../../../crds/status-to-apply.ts";
import { faultPoint } from "../../../platform/fault-points.ts";
import type { Kubernetes } from "../../../platform/kubernetes/kubernetes.ts";
import { isNotFound } from "../../../platform/kubernetes/kubernetes-error.ts";
import type { RunMemory } from "../run-memory.ts";
import { statusManager } from "./names.ts";
import { runAddress, runIdentity, type RunObject } from "./run-object.ts";
import { steadyStatus } from "./steady-status.ts";

/**
 * Writes the whole status by server-side apply, if it differs from what stands; returns whether it did. An object that
 * was deleted meanwhile has no use for it. Rejects with a conflict where a namesake stands there now, or the server gave
 * up against other writers: to be looked at again, for a status that is the run's last would else never be written.
 */
export async function writeStatus(
  kubernetes: Kubernetes,
  { object, memory }: { readonly object: RunObject; readonly memory: RunMemory },
  decided: BillingRunStatus,
  nowMs: number,
): Promise<boolean> {
  const former = memory.statusOf(object);
  const status = steadyStatus(former, decided, nowMs);
  if (former !== undefined && isDeepStrictEqual(statusToApply(former), statusToApply(status))) return false;
  faultPoint("operator.before-status");
  const address = { ...runAddress(object), subresource: "status" } as const;
  try {
    const intent = { ...runIdentity(object), status: statusToApply(status) };
    await kubernetes.apply(address, intent, statusManager);
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
  memory.wrote(object, status);
  faultPoint("operator.after-status");
  return true;
}
