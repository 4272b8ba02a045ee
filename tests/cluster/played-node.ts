import { randomBytes } from "node:crypto";
import type { Api } from "./api.ts";

/** A node that exists for the API server only. */
export interface PlayedNode {
  readonly name: string;
  readonly remove: () => Promise<void>;
}

const renewEveryMs = 10_000; // as the kubelet does; after 50 s of silence its pods would be evicted

function lease(name: string): object {
  const renewTime = new Date().toISOString().replace("Z", "000Z");
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-node-lease" },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
}

/**
 * Registers a ready node and keeps it alive. Pods must be bound to one that exists: without a node, deletion has no
 * grace period, and the pod garbage collector takes pods of unknown nodes away.
 */
export async function registerNode(api: Api): Promise<PlayedNode> {
  const name = `played-${randomBytes(4).toString("hex")}`;
  const at = new Date().toISOString();
  const ready = {
    type: "Ready",
    status: "True",
    reason: "Played",
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  };
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    // Nothing that a scheduler places by itself shall land here.
    spec: { taints: [{ key: "billing.telco.dev/played", effect: "NoSchedule" }] },
  };
  const { status, body } = await api.send("POST", "/api/v1/nodes", node);
  if (status !== 201) throw new Error(`the node was refused with ${status}: ${JSON.stringify(body)}`);
  await api.send("MERGE", `/api/v1/nodes/${name}/status`, { status: { conditions: [ready] } });
  const leasePath = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
  const renew = (): Promise<unknown> =>
    api.send("APPLY", `${leasePath}?fieldManager=played&force=true`, lease(name));
  await renew();
  const timer = setInterval(() => void renew(), renewEveryMs).unref();
  return {
    name,
    remove: async () => {
      clearInterval(timer);
      await api.send("DELETE", `/api/v1/nodes/${name}`);
      await api.send("DELETE", leasePath);
    },
  };
}
