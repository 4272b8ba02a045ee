import { text } from "node:stream/consumers";
import { createCredentials } from "./credentials.ts";
import { isGone, isNotFound, KubernetesError, errorOfSilence } from "./kubernetes-error.ts";
import { collectionPath, objectPath, selectionQuery, withQuery } from "./resource-path.ts";
import { createTransport, type ApiRequest, type OnRequest, type Transport } from "./transport.ts";
import { watchEvents } from "./watch-events.ts";
import type { Kubernetes, ObjectAddress, ObjectList, Resource, Selection } from "./kubernetes.ts";

/** How to connect; without `kubeconfig` as kubectl does, and by the service account in a pod. */
export interface KubernetesOptions {
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string;
  /** Name of a context of the kubeconfig. [its current one] */
  readonly context?: string;
  readonly userAgent?: string;
  /** For one exchange, from asking to the whole answer; a watch's is for its beginning. */
  readonly timeoutMs?: number;
  readonly onRequest?: OnRequest;
}

/** The API server, and the namespace that its kubeconfig or pod belongs to. */
export interface KubernetesClient extends Kubernetes {
  readonly defaultNamespace: string;
  /** What the pod's only container has written so far; rejects with 404 for no such pod. */
  podLog(namespace: string, podName: string): Promise<string>;
}

const pods: Resource = { group: "", version: "v1", plural: "pods" };
const pageSize = 500;
/** A long list may outlive the version its pages are cut from; three times in a row is not bad luck. */
const listAttempts = 3;

/** The only implementation of `Kubernetes`: credentials by client-node, HTTP/1.1 by undici. */
export function createKubernetes(options: KubernetesOptions): KubernetesClient {
  const credentials = createCredentials(options.kubeconfig, options.context);
  const transport = createTransport({
    credentials,
    userAgent: options.userAgent ?? "billing-operator",
    timeoutMs: options.timeoutMs ?? 30_000,
    onRequest: options.onRequest ?? (() => undefined),
  });
  return {
    defaultNamespace: credentials.defaultNamespace,
    ...reads(transport),
    ...writes(transport),
    podLog: (namespace, name) => podLog(transport, { resource: pods, namespace, name }),
  };
}

async function podLog(transport: Transport, address: ObjectAddress): Promise<string> {
  const path = `${objectPath(address)}/log`;
  return text(await transport.stream({ verb: "get", method: "GET", path, resource: "pods/log" }));
}

function reads(transport: Transport): Pick<Kubernetes, "get" | "list" | "watch"> {
  return {
    async get<Kind>(address: ObjectAddress) {
      try {
        return (await transport.exchange(objectRequest("get", "GET", address))) as Kind;
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    async list<Kind>(resource: Resource, selection: Selection = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await listPages<Kind>(transport, resource, selection);
        } catch (error) {
          if (!isGone(error) || attempt === listAttempts) throw error;
        }
      }
    },
    async *watch<Kind>(resource: Resource, options: Parameters<Kubernetes["watch"]>[1]) {
      const { namespace, resourceVersion, signal } = options;
      const path = withQuery(collectionPath(resource, namespace), {
        ...selectionQuery(options),
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion,
        // Spread, so that the watches of many processes do not all come back at once.
        timeoutSeconds: 300 + Math.floor(Math.random() * 300),
      });
      try {
        const request: ApiRequest = { verb: "watch", method: "GET", path, resource: resource.plural, signal };
        yield* watchEvents<Kind>(await transport.stream(request));
      } catch (error) {
        if (signal.aborted) return;
        throw errorOfSilence(`watch of ${resource.plural}`, error);
      }
    },
  };
}

interface ListPage {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly object[];
}

async function listPages<Kind>(
  transport: Transport,
  resource: Resource,
  selection: Selection,
): Promise<ObjectList<Kind>> {
  const items: Kind[] = [];
  let next: string | undefined;
  for (;;) {
    const query = { ...selectionQuery(selection), limit: pageSize, continue: next };
    const path = withQuery(collectionPath(resource, selection.namespace), query);
    const request: ApiRequest = { verb: "list", method: "GET", path, resource: resource.plural };
    const { apiVersion, kind, metadata, items: page } = (await transport.exchange(request)) as ListPage;
    // Items of built-in kinds come without these two; a watch's objects have them.
    const type = { apiVersion, kind: kind.replace(/List$/, "") };
    for (const item of page) items.push({ ...type, ...item } as Kind);
    next = metadata.continue;
    if (!next) return { items, resourceVersion: metadata.resourceVersion };
  }
}

function writes(transport: Transport): Omit<Kubernetes, "get" | "list" | "watch"> {
  return {
    async apply<Kind>(address: ObjectAddress, object: object, fieldManager: string) {
      const request = objectRequest("patch", "PATCH", address);
      return (await transport.exchange({
        ...request,
        path: withQuery(request.path, { fieldManager, force: true }),
        body: object,
        contentType: "application/apply-patch+yaml",
      })) as Kind;
    },
    async create<Kind>(resource: Resource, namespace: string, object: object) {
      const path = collectionPath(resource, namespace);
      const request: ApiRequest = { verb: "create", method: "POST", path, resource: resource.plural };
      return (await transport.exchange({ ...request, body: object })) as Kind;
    },
    async mergePatch<Kind>(address: ObjectAddress, patch: object) {
      const contentType = "application/merge-patch+json";
      const request = objectRequest("patch", "PATCH", address);
      return (await transport.exchange({ ...request, body: patch, contentType })) as Kind;
    },
    async replace<Kind>(address: ObjectAddress, object: object) {
      return (await transport.exchange({ ...objectRequest("update", "PUT", address), body: object })) as Kind;
    },
    async delete(address, options = {}) {
      const body = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        ...(options.uid !== undefined && { preconditions: { uid: options.uid } }),
        ...(options.propagation !== undefined && { propagationPolicy: options.propagation }),
      };
      try {
        await transport.exchange({ ...objectRequest("delete", "DELETE", address), body });
      } catch (error) {
        if (!isNotFound(error) && !isOtherUid(error)) throw error;
      }
    },
  };
}

// The object of that uid is gone; its name belongs to another one now.
function isOtherUid(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 409 && /Precondition.*UID/i.test(error.message);
}

function objectRequest(verb: string, method: ApiRequest["method"], address: ObjectAddress): ApiRequest {
  const { resource, subresource } = address;
  const measured = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
  return { verb, method, path: objectPath(address), resource: measured };
}
