import { isDeepStrictEqual } from "node:util";
import { apiVersion } from "../../crds/billing-run.ts";
import { notificationPolicyStatus, type NotificationPolicyStatus } from "../../crds/notification-policy.ts";
import type {
  Kubernetes,
  KubernetesObject,
  ObjectAddress,
  Resource,
} from "../../platform/kubernetes/kubernetes.ts";
import { isNotFound } from "../../platform/kubernetes/kubernetes-error.ts";
import type { Controller, OperatorParts } from "../operator/controller.ts";
import { readPolicySpec } from "./resolve-policy.ts";

export const notificationPolicies: Resource = {
  group: "billing.telco.dev",
  version: "v1alpha1",
  plural: "notificationpolicies",
};

/** A NotificationPolicy as the API server shows it. */
export interface PolicyObject extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** Owner of the status, by server-side apply. */
const statusManager = "billing-operator-notification-policy";

/** The controller of NotificationPolicies: says of each whether it can be used. Runs read them when they are promoted. */
export function createPolicyController(parts: OperatorParts, nowMs: () => number = Date.now): Controller {
  const policies = parts.follow<PolicyObject>(notificationPolicies);
  const queue = parts.createQueue("notification-policy", async (key) => {
    const object = policies.objects.get(key);
    if (object !== undefined) await judge(parts, object, nowMs());
    return null;
  });
  policies.subscribe(({ key, old, new: policy }) => {
    const unchanged =
      old?.metadata.generation === policy?.metadata.generation && policy?.status !== undefined;
    if (policy !== null && !unchanged) queue.add(key);
  });
  return {
    name: "notification-policy",
    run: async (signal) => {
      await policies.synced;
      for (const key of policies.objects.keys()) queue.add(key);
      await queue.run(signal);
    },
  };
}

async function judge(
  { kubernetes, events }: OperatorParts,
  object: PolicyObject,
  nowMs: number,
): Promise<void> {
  const status = policyStatus(object, nowMs);
  if (isDeepStrictEqual(object.status, status)) return;
  if (!(await writeStatus(kubernetes, object, status))) return;
  const [{ reason, message, status: accepted } = { reason: "", message: "", status: "" }] = status.conditions;
  if (accepted === "False") {
    events.record(object, { type: "Warning", reason, action: "Accept", note: message });
  }
}

/** Whether the policy can be used, as its only condition. */
export function policyStatus(object: PolicyObject, nowMs: number): NotificationPolicyStatus {
  const reading = readPolicySpec(object.spec);
  const accepted = reading.kind === "valid" ? "True" : "False";
  const former = notificationPolicyStatus.safeParse(object.status).data?.conditions[0];
  const observedGeneration = object.metadata.generation ?? 0;
  const lastTransitionTime =
    former?.status === accepted ? former.lastTransitionTime : new Date(nowMs).toISOString();
  const words =
    reading.kind === "valid"
      ? { reason: "PolicyValid", message: "" }
      : { reason: "InvalidNotificationPolicy", message: reading.problems.join("; ") };
  return {
    observedGeneration,
    conditions: [{ type: "Accepted", status: accepted, ...words, observedGeneration, lastTransitionTime }],
  };
}

/** False when the object is gone. */
async function writeStatus(
  kubernetes: Kubernetes,
  { metadata }: PolicyObject,
  status: NotificationPolicyStatus,
): Promise<boolean> {
  const { name, namespace = "", uid } = metadata;
  const address: ObjectAddress = { resource: notificationPolicies, namespace, name, subresource: "status" };
  const intent = { apiVersion, kind: "NotificationPolicy", metadata: { name, namespace, uid }, status };
  try {
    await kubernetes.apply(address, intent, statusManager);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
