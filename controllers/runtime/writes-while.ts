import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import type { Kubernetes, ObjectAddress, Resource, Selection } from "../../platform/kubernetes/kubernetes.ts";

/**
 * The API server with writes that are refused (status 0, reason NotAllowed) once `mayWrite` says no. A reconcile that
 * was under way when leadership was lost would else go on writing beside the new leader; a paused process wakes up
 * in the middle of one.
 */
export function writesWhile(mayWrite: () => boolean, kubernetes: Kubernetes): Kubernetes {
  const guarded = <Result>(write: () => Promise<Result>): Promise<Result> =>
    mayWrite()
      ? write()
      : Promise.reject(new KubernetesError(0, "NotAllowed", "not leading: nothing is written"));
  return {
    get: <Kind>(address: ObjectAddress) => kubernetes.get<Kind>(address),
    list: <Kind>(resource: Resource, selection?: Selection) => kubernetes.list<Kind>(resource, selection),
    watch: <Kind>(resource: Resource, options: Parameters<Kubernetes["watch"]>[1]) =>
      kubernetes.watch<Kind>(resource, options),
    apply: <Kind>(address: ObjectAddress, object: object, fieldManager: string) =>
      guarded(() => kubernetes.apply<Kind>(address, object, fieldManager)),
    create: <Kind>(resource: Resource, namespace: string, object: object) =>
      guarded(() => kubernetes.create<Kind>(resource, namespace, object)),
    mergePatch: <Kind>(address: ObjectAddress, patch: object) =>
      guarded(() => kubernetes.mergePatch<Kind>(address, patch)),
    replace: <Kind>(address: ObjectAddress, object: object) =>
      guarded(() => kubernetes.replace<Kind>(address, object)),
    delete: (address, options) => guarded(() => kubernetes.delete(address, options)),
  };
}
