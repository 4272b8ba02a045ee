import type { Queryable } from "../../platform/postgres.ts";
import type { WriteResult } from "../cluster/write-result.ts";

/** A notification policy as it is kept. */
export interface KeptPolicy {
  readonly name: string;
  /** Not yet checked: another version of this program, or kubectl, may have written it. */
  readonly spec: unknown;
  /** Changes whenever the spec does, and never comes back. */
  readonly version: string;
  readonly updatedAt: Date;
  /** Who else writes it, by what the API server calls them: a GitOps controller would set back what is stored here. */
  readonly alsoWrittenBy: readonly string[];
}

/** A policy to be stored. */
export interface PolicyWrite {
  readonly name: string;
  /** The whole of it, with its defaults. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** What stands there and is to be replaced; null = nothing does. */
  readonly version: string | null;
}

/**
 * Where policies live: NotificationPolicies of a Kubernetes namespace, or rows of one machine's database. Writes are made for a
 * command: the same one again, after a crash too, writes nothing more and is told the same.
 */
export interface PolicyStore {
  /** Whether this installation lets us write them. */
  mayWrite(): Promise<boolean>;
  /** By name. */
  list(): Promise<readonly KeptPolicy[]>;
  find(name: string): Promise<KeptPolicy | null>;
  /** Refused as `overtaken` where another version stands than the one that is to be replaced. */
  write(policy: PolicyWrite, commandId: string): Promise<WriteResult>;
}

/** The store, over the connection of a request; one in Kubernetes has no need of it. */
export type OpenPolicyStore = (client: Queryable) => PolicyStore;
