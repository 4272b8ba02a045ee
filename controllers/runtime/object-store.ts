import type { KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";

/** What happened to one object; null = there was none, or there is none any more. Both are given when it changed. */
export interface Change<Kind> {
  readonly key: string;
  readonly old: Kind | null;
  readonly new: Kind | null;
}

/** Objects by key; every difference is told to the subscribers once. */
export interface ObjectStore<Kind> {
  /** By `objectKey`. Objects are shared: not to be changed. */
  readonly objects: ReadonlyMap<string, Kind>;
  /** `onChange` hears of all there is now, then of each change; what it throws is reported and harms nobody else. */
  subscribe(onChange: (change: Change<Kind>) => void): void;
  put(object: Kind): void;
  remove(object: Kind): void;
  /** The store is what this list is, afterwards. */
  replaceAll(objects: readonly Kind[]): void;
}

/** `namespace/name`, or the name alone of what has no namespace. */
export function objectKey({ metadata }: KubernetesObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** An empty store; `onError` gets what subscribers throw. */
export function createObjectStore<Kind extends KubernetesObject>(
  onError: (error: unknown) => void,
): ObjectStore<Kind> {
  const objects = new Map<string, Kind>();
  const subscribers: ((change: Change<Kind>) => void)[] = [];

  const tell = (subscriber: (change: Change<Kind>) => void, change: Change<Kind>): void => {
    try {
      subscriber(change);
    } catch (error) {
      onError(error);
    }
  };
  const tellAll = (change: Change<Kind>): void => {
    for (const subscriber of subscribers) tell(subscriber, change);
  };
  const put = (object: Kind): void => {
    const key = objectKey(object);
    const old = objects.get(key) ?? null;
    if (old !== null && old.metadata.resourceVersion === object.metadata.resourceVersion) return;
    dropManagedFields(object);
    objects.set(key, object);
    tellAll({ key, old, new: object });
  };
  const removeKey = (key: string): void => {
    const old = objects.get(key);
    if (old === undefined) return;
    objects.delete(key);
    tellAll({ key, old, new: null });
  };
  return {
    objects,
    subscribe(onChange) {
      subscribers.push(onChange);
      for (const [key, object] of objects) tell(onChange, { key, old: null, new: object });
    },
    put,
    remove: (object) => removeKey(objectKey(object)),
    replaceAll(listed) {
      const keys = new Set(listed.map(objectKey));
      for (const key of [...objects.keys()]) if (!keys.has(key)) removeKey(key);
      for (const object of listed) put(object);
    },
  };
}

// Half of an object's size, of use to the server alone; an update without them leaves them as they are.
function dropManagedFields({ metadata }: KubernetesObject): void {
  delete (metadata as { managedFields?: unknown }).managedFields;
}
