import { isAlreadyExists, isConflict } from "../../platform/kubernetes/kubernetes-error.ts";
import type { Kubernetes, KubernetesObject, ObjectAddress } from "../../platform/kubernetes/kubernetes.ts";
import { microTime } from "./micro-time.ts";

const leases = { group: "coordination.k8s.io", version: "v1", plural: "leases" };

interface Lease extends KubernetesObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** `contested`: someone else wrote it meanwhile, so nothing is known but that this try did nothing. */
export type HoldOutcome = "held" | "taken" | "contested";

/** One candidate's hold on a Lease, a try at a time. */
export interface LeaseClaim {
  /** Takes or renews the lease, unless it is taken by another. A rejection leaves open whether it was. */
  tryHold(): Promise<HoldOutcome>;
  /** Gives the lease away at once; nothing happens unless it is ours. */
  release(): Promise<void>;
}

export interface LeaseClaimOptions {
  readonly kubernetes: Pick<Kubernetes, "get" | "create" | "replace">;
  readonly namespace: string;
  readonly name: string;
  /** Of this candidate alone, also after a restart. */
  readonly identity: string;
  readonly leaseDurationMs: number;
}

/**
 * A claim on the Lease. Another's lease counts as run out when *we* have seen it unchanged for its whole duration; the
 * times written in it are for people, for its holder's clock may be wrong. Every write carries the resourceVersion
 * that was read, so of two candidates one is refused.
 */
export function createLeaseClaim(options: LeaseClaimOptions): LeaseClaim {
  const { kubernetes, identity } = options;
  const address: ObjectAddress = { resource: leases, namespace: options.namespace, name: options.name };
  /** As we wrote it last; null when it may have changed since. */
  let ours: Lease | null = null;
  let seen: { readonly version: string | undefined; readonly at: number } | null = null;

  const create = (): Promise<HoldOutcome> => {
    const metadata = { name: options.name, namespace: options.namespace };
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata };
    return write(() =>
      kubernetes.create<Lease>(leases, options.namespace, { ...lease, spec: heldSpec(null, options) }),
    );
  };
  const replace = (lease: Lease, spec: Lease["spec"]): Promise<HoldOutcome> =>
    write(() => kubernetes.replace<Lease>(address, { ...lease, spec }));
  const write = async (request: () => Promise<Lease>): Promise<HoldOutcome> => {
    ours = null;
    try {
      ours = await request();
      return "held";
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return "contested";
      throw error;
    }
  };
  const hasRunOut = (lease: Lease): boolean => {
    const version = lease.metadata.resourceVersion;
    if (seen?.version !== version) seen = { version, at: performance.now() };
    const durationMs = (lease.spec?.leaseDurationSeconds ?? 0) * 1000 || options.leaseDurationMs;
    return seen !== null && performance.now() - seen.at > durationMs;
  };

  return {
    async tryHold() {
      if (ours !== null && (await replace(ours, heldSpec(ours, options))) === "held") return "held";
      const lease = await kubernetes.get<Lease>(address);
      if (lease === null) return create();
      const holder = lease.spec?.holderIdentity ?? "";
      if (holder !== "" && holder !== identity && !hasRunOut(lease)) return "taken";
      return replace(lease, heldSpec(lease, options));
    },
    async release() {
      const lease = ours ?? (await kubernetes.get<Lease>(address));
      if (lease?.spec?.holderIdentity !== identity) return;
      await replace(lease, {
        ...lease.spec,
        holderIdentity: "",
        leaseDurationSeconds: 1,
        renewTime: microTime(),
      });
    },
  };
}

function heldSpec(former: Lease | null, { identity, leaseDurationMs }: LeaseClaimOptions): Lease["spec"] {
  const isRenewal = former?.spec?.holderIdentity === identity;
  const transitions = former?.spec?.leaseTransitions ?? 0;
  const now = microTime();
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
    acquireTime: (isRenewal && former.spec.acquireTime) || now,
    renewTime: now,
    leaseTransitions: former === null || isRenewal ? transitions : transitions + 1,
  };
}
