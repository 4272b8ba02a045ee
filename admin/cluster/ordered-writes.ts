import { apiVersion } from "../../crds/billing-run.ts";
import type { Kubernetes, KubernetesObject, Resource } from "../../platform/kubernetes/kubernetes.ts";
import {
  isAlreadyExists,
  isConflict,
  isNotFound,
  isRefusal,
} from "../../platform/kubernetes/kubernetes-error.ts";
import { overtaken, refused, type WriteResult } from "./write-result.ts";

// Writes of resources that people order, once for each command, whatever dies in between.

/** Annotation of what commands have written: their ids, the last ones, newest last. */
export const commandsAnnotation = "billing.telco.dev/commands";
const remembered = 20;
/** The operator's writes of the status come between a read and a patch; so often in a row is no accident. */
const mostTries = 10;

/** Where the resources of a release are. */
export interface ClusterNamespace {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
}

/** One of our kinds. */
export interface OwnKind {
  readonly kind: string;
  readonly resource: Resource;
}

const [group = "", version = ""] = apiVersion.split("/");

/** A kind of ours, in the version that this program writes. */
export const ownKind = (kind: string, plural: string): OwnKind => ({
  ...{ kind, resource: { group, version, plural } },
});

/** An object to be created. */
export interface OrderedObject {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec: object;
}

/** Creates an object; `taken` is said where somebody else's has the name. */
export async function createOrdered(
  { kubernetes, namespace }: ClusterNamespace,
  { kind, resource }: OwnKind,
  { name, labels, spec }: OrderedObject,
  order: { readonly commandId: string; readonly taken: string },
): Promise<WriteResult> {
  const { commandId, taken } = order;
  const metadata = { name, ...(labels && { labels }), annotations: { [commandsAnnotation]: commandId } };
  try {
    await kubernetes.create(resource, namespace, { apiVersion, kind, metadata, spec });
    return { kind: "written" };
  } catch (error) {
    if (isRefusal(error)) return refused("refused-by-cluster", error.message);
    if (!isAlreadyExists(error)) throw error;
    const found = await kubernetes.get<KubernetesObject>({ resource, namespace, name });
    return found !== null && commandsOf(found).includes(commandId)
      ? { kind: "written" }
      : refused("overtaken", taken);
  }
}

/** A change of a spec, and the very spec that it was decided by. */
export interface OrderedChange {
  readonly name: string;
  readonly uid: string;
  readonly specGeneration: number;
  /** JSON merge patch of the spec. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Patches the spec if it is still the generation that the change was decided by. Whatever wrote meanwhile: the resource
 * version in the patch lets nothing through that was not seen here.
 */
export async function patchOrdered(
  { kubernetes, namespace }: ClusterNamespace,
  { resource }: OwnKind,
  { name, uid, specGeneration, spec }: OrderedChange,
  commandId: string,
): Promise<WriteResult> {
  const address = { resource, namespace, name };
  for (let tries = 1; ; tries++) {
    const found = await kubernetes.get<KubernetesObject>(address);
    if (found !== null && commandsOf(found).includes(commandId)) return { kind: "written" };
    const { metadata } = found ?? {};
    if (metadata?.uid !== uid || metadata.generation !== specGeneration) {
      return refused("overtaken", overtaken(name));
    }
    const commands = [...commandsOf({ metadata }), commandId].slice(-remembered).join(" ");
    const { resourceVersion } = metadata;
    try {
      const annotations = { [commandsAnnotation]: commands };
      await kubernetes.mergePatch(address, { metadata: { resourceVersion, annotations }, spec });
      return { kind: "written" };
    } catch (error) {
      if (isRefusal(error)) return refused("refused-by-cluster", error.message);
      if (!(isConflict(error) || isNotFound(error)) || tries >= mostTries) throw error;
    }
  }
}

function commandsOf({ metadata }: KubernetesObject): readonly string[] {
  return (metadata.annotations?.[commandsAnnotation] ?? "").split(" ").filter((id) => id !== "");
}
