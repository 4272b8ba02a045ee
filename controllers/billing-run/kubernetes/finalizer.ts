import { faultPoint } from "../../../platform/fault-points.ts";
import type { Kubernetes } from "../../../platform/kubernetes/kubernetes.ts";
import { isNotFound } from "../../../platform/kubernetes/kubernetes-error.ts";
import { generationFinalizer } from "./names.ts";
import { runAddress, type RunObject } from "./run-object.ts";

/** Whether the object waits for this controller when it is deleted. */
export function hasFinalizer({ metadata }: RunObject): boolean {
  return metadata.finalizers?.includes(generationFinalizer) ?? false;
}

/** Puts the finalizer on; returns the object as it is then. Rejects with a conflict when it has changed meanwhile. */
export async function addFinalizer(kubernetes: Kubernetes, object: RunObject): Promise<RunObject> {
  const finalizers = [...(object.metadata.finalizers ?? []), generationFinalizer];
  const changed = await patchFinalizers(kubernetes, object, finalizers);
  faultPoint("operator.after-finalizer");
  return changed;
}

/** Takes the finalizer off; done also when the object is gone. */
export async function removeFinalizer(kubernetes: Kubernetes, object: RunObject): Promise<void> {
  faultPoint("operator.before-letting-go");
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== generationFinalizer);
  try {
    await patchFinalizers(kubernetes, object, finalizers);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  faultPoint("operator.after-letting-go");
}

/** A merge patch replaces the whole list, so it names the version it was made from. */
function patchFinalizers(
  kubernetes: Kubernetes,
  object: RunObject,
  finalizers: readonly string[],
): Promise<RunObject> {
  const { uid, resourceVersion } = object.metadata;
  return kubernetes.mergePatch(runAddress(object), { metadata: { uid, resourceVersion, finalizers } });
}
