/** A kind's place in the API, e.g. `{group: "batch", version: "v1", plural: "jobs"}`; the core group is "". */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** Which objects: one namespace or all of the kind; selectors as kubectl takes them. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Which object. */
export interface ObjectAddress {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource?: "status" | "scale";
}

/** What every object has. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly apiVersion: string;
      readonly kind: string;
      readonly name: string;
      readonly uid: string;
      readonly controller?: boolean;
      readonly blockOwnerDeletion?: boolean;
    }[];
  };
}

/** A list and the version of the world that it shows. */
export interface ObjectList<Kind> {
  readonly items: readonly Kind[];
  readonly resourceVersion: string;
}

/** One line of a watch; a bookmark carries nothing but a newer resourceVersion. */
export type WatchEvent<Kind> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: Kind }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

/**
 * The API server, as far as the operator needs it. Every rejection is a `KubernetesError`
 * (platform/kubernetes/kubernetes-error.ts) with the HTTP status and the server's reason; status 0 = no answer.
 */
export interface Kubernetes {
  /** Null when there is no such object. */
  get<Kind>(address: ObjectAddress): Promise<Kind | null>;
  /** All objects, read in pages of 500. */
  list<Kind>(resource: Resource, selection?: Selection): Promise<ObjectList<Kind>>;
  /** Ends with the server's time-out or `signal`; rejects with status 410 when `resourceVersion` is too old. */
  watch<Kind>(
    resource: Resource,
    options: Selection & { readonly resourceVersion: string; readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent<Kind>>;
  /** Server-side apply: `object` is the whole intent of `fieldManager`; other managers' conflicting fields are taken over. */
  apply<Kind>(address: ObjectAddress, object: object, fieldManager: string): Promise<Kind>;
  /** Rejects with status 409, reason AlreadyExists, when there is one of that name. */
  create<Kind>(resource: Resource, namespace: string, object: object): Promise<Kind>;
  /** JSON merge patch. */
  mergePatch<Kind>(address: ObjectAddress, patch: object): Promise<Kind>;
  /** Replaces the object as read; rejects with status 409, reason Conflict, when it has changed since. */
  replace<Kind>(address: ObjectAddress, object: object): Promise<Kind>;
  /** Done also when there is none; `uid` protects a successor of the same name. */
  delete(
    address: ObjectAddress,
    options?: { readonly uid?: string; readonly propagation?: "Foreground" | "Background" | "Orphan" },
  ): Promise<void>;
}
