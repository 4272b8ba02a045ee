import {
  changeOrderedPolicy,
  createOrderedPolicy,
  listNotificationPolicies,
  type StoredPolicy,
} from "../../database/run-ledger/ordered-policy.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { overtaken, refused, type WriteResult } from "../cluster/write-result.ts";
import type { KeptPolicy, PolicyStore, PolicyWrite } from "./policy-store.ts";

/** Policies of one machine: rows of `notification_policies`, which its control loop reads. */
export function localPolicies(client: Queryable): PolicyStore {
  return {
    mayWrite: () => Promise.resolve(true),
    list: async () => (await listNotificationPolicies(client, null)).map(kept),
    find: async (name) => (await listNotificationPolicies(client, name)).map(kept)[0] ?? null,
    write: (policy, commandId) => write(client, policy, commandId),
  };
}

function kept({ generation, ...policy }: StoredPolicy): KeptPolicy {
  return { ...policy, version: String(generation), alsoWrittenBy: [] };
}

async function write(client: Queryable, policy: PolicyWrite, commandId: string): Promise<WriteResult> {
  const { name, spec, version } = policy;
  const written =
    version === null
      ? await createOrderedPolicy(client, { name, spec }, commandId)
      : await changeOrderedPolicy(client, { name, spec, generation: Number(version) }, commandId);
  return written ? { kind: "written" } : refused("overtaken", overtaken(name));
}
