import { randomUUID } from "node:crypto";
import type { Role } from "../../admin/access/actor.ts";
import type { RealCluster } from "../cluster/real-cluster.ts";
import { forward } from "./forward.ts";
import type { Installation } from "./installation.ts";

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: unknown;
}

/** The API as a program of the carrier's calls it: by a service account's token. */
export interface AdminCaller {
  readonly get: (path: string) => Promise<ApiAnswer>;
  readonly post: (path: string, body: object, key?: string) => Promise<ApiAnswer>;
}

/** The admin Service, through a forwarded port. */
export interface AdminDoor {
  readonly url: string;
  /** Makes a service account with these roles of the API. */
  readonly as: (account: string, ...roles: readonly Role[]) => Promise<AdminCaller>;
  readonly close: () => void;
}

const audience = "billing-operator-admin";

/** Opens a way to the admin Service. */
export async function openAdmin(cluster: RealCluster, billing: Installation): Promise<AdminDoor> {
  const { url, close } = await forward(cluster, billing.namespace, "svc/billing-billing-operator-admin", 80);
  return {
    url,
    close,
    as: async (account, ...roles) => {
      await billing.kubectl(["create", "serviceaccount", account]);
      for (const role of roles) {
        await billing.kubectl([
          ...["create", "rolebinding", `${account}-${role}`],
          `--role=billing-billing-operator-admin-${role}`,
          `--serviceaccount=${billing.namespace}:${account}`,
        ]);
      }
      const token = await billing.kubectl(["create", "token", account, `--audience=${audience}`]);
      return callerOf(url, token.trim());
    },
  };
}

function callerOf(url: string, token: string): AdminCaller {
  const call = async (path: string, init: RequestInit, key?: string): Promise<ApiAnswer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      ...init,
      headers: {
        ...{ authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(key !== undefined && { "idempotency-key": key }),
      },
    });
    return {
      status: response.status,
      replayed: response.headers.get("idempotency-replayed") === "true",
      body: await response.json(),
    };
  };
  return {
    get: (path) => call(path, { method: "GET" }),
    post: (path, body, key = randomUUID()) => call(path, { method: "POST", body: JSON.stringify(body) }, key),
  };
}
