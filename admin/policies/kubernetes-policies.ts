import type { KubernetesObject, Resource } from "../../platform/kubernetes/kubernetes.ts";
import { answered } from "../cluster/answered.ts";
import { adminAgent } from "../cluster/open-cluster.ts";
import { createOrdered, ownKind, patchOrdered, type ClusterNamespace } from "../cluster/ordered-writes.ts";
import { overtaken, type WriteResult } from "../cluster/write-result.ts";
import { createMemo } from "../memo.ts";
import type { KeptPolicy, PolicyStore, PolicyWrite } from "./policy-store.ts";

const policies = ownKind("NotificationPolicy", "notificationpolicies");
const accessReviews: Resource = {
  ...{ group: "authorization.k8s.io", version: "v1", plural: "selfsubjectaccessreviews" },
};
/** A right that was given or taken counts so much later. */
const rightsForMs = 30_000;

/** A NotificationPolicy, with what the API server notes of who wrote it. */
interface PolicyObject extends KubernetesObject {
  readonly spec?: unknown;
  readonly metadata: KubernetesObject["metadata"] & { readonly managedFields?: readonly FieldWriter[] };
}

interface FieldWriter {
  readonly manager?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
}

/** Policies of a cluster: the NotificationPolicies of one namespace. Whether we may write them, RBAC says. */
export function kubernetesPolicies(at: ClusterNamespace): PolicyStore {
  const { kubernetes, namespace } = at;
  const { resource } = policies;
  const rights = createMemo<boolean>(1, rightsForMs);
  return {
    mayWrite: () => answered(() => rights("write", () => mayWrite(at))),
    list: () =>
      answered(async () => (await kubernetes.list<PolicyObject>(resource, { namespace })).items.map(kept)),
    find: (name) =>
      answered(async () => {
        const found = await kubernetes.get<PolicyObject>({ resource, namespace, name });
        return found && kept(found);
      }),
    write: (policy, commandId) => answered(() => write(at, policy, commandId)),
  };
}

async function mayWrite({ kubernetes, namespace }: ClusterNamespace): Promise<boolean> {
  const { group, plural } = policies.resource;
  const allowed = await Promise.all(
    ["create", "patch"].map(async (verb) => {
      const review = await kubernetes.create<{ status?: { allowed?: boolean } }>(accessReviews, "", {
        ...{ apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" },
        spec: { resourceAttributes: { namespace, verb, group, resource: plural } },
      });
      return review.status?.allowed === true;
    }),
  );
  return allowed.every(Boolean);
}

async function write(at: ClusterNamespace, policy: PolicyWrite, commandId: string): Promise<WriteResult> {
  const { name, spec, version } = policy;
  if (version === null) {
    return await createOrdered(at, policies, { name, spec }, { commandId, taken: overtaken(name) });
  }
  const [uid = "", generation] = version.split("/");
  return await patchOrdered(at, policies, { name, uid, specGeneration: Number(generation), spec }, commandId);
}

function kept({ metadata, spec }: PolicyObject): KeptPolicy {
  const { name, uid = "", generation = 1, creationTimestamp = "", managedFields = [] } = metadata;
  const writers = managedFields.filter(
    ({ subresource, fieldsV1 }) => subresource === undefined && fieldsV1?.["f:spec"] !== undefined,
  );
  const times = [creationTimestamp, ...writers.map(({ time = "" }) => time)];
  const others = writers.map(({ manager = "" }) => manager).filter((manager) => manager !== adminAgent);
  return {
    ...{ name, spec: spec ?? {} },
    // A policy that is deleted and made anew begins at generation 1 again, under another uid.
    version: `${uid}/${generation}`,
    updatedAt: new Date(Math.max(...times.map((time) => Date.parse(time)).filter(Number.isFinite))),
    alsoWrittenBy: [...new Set(others)].sort(),
  };
}
