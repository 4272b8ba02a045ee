import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node";
import type { ClusterAccess } from "./control-plane.ts";

/** The answer of the API server; status 0 when there was none, and then `body` is null. */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly body: Body;
}

export type ApiMethod = "GET" | "POST" | "DELETE" | "MERGE" | "APPLY";

/** One line of a watch. */
export interface ApiEvent<Kind> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: Kind;
}

/**
 * A bare connection to the API server for test doubles: not the client under test (platform/kubernetes/), so that an
 * error of that one cannot hide in both.
 */
export interface Api {
  /** Never rejects; a refusal is a status. */
  readonly send: <Body>(method: ApiMethod, path: string, body?: unknown) => Promise<ApiAnswer<Body>>;
  /** Ends when the server ends it, the connection is lost, or `signal` aborts. */
  readonly watch: <Kind>(path: string, signal: AbortSignal) => AsyncGenerator<ApiEvent<Kind>>;
  readonly close: () => void;
}

const methods: Readonly<Record<ApiMethod, readonly [verb: string, contentType: string]>> = {
  GET: ["GET", "application/json"],
  POST: ["POST", "application/json"],
  DELETE: ["DELETE", "application/json"],
  MERGE: ["PATCH", "application/merge-patch+json"],
  APPLY: ["PATCH", "application/apply-patch+yaml"],
};

function exchange(
  url: string,
  options: Omit<RequestOptions, "headers"> & { readonly headers: OutgoingHttpHeaders },
  body = "",
): Promise<IncomingMessage> {
  // Node adds no length to a DELETE, and its body would be read as the next request.
  const headers = { ...options.headers, "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { ...options, headers }, resolve);
    request.on("error", reject);
    request.end(body);
  });
}

// Not node:readline, which does not end when its input is destroyed.
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/** Connects with the credentials of the cluster's kubeconfig. */
export async function connectApi(cluster: ClusterAccess): Promise<Api> {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const credentials: RequestOptions = {};
  await config.applyToHTTPSOptions(credentials);
  const { ca, cert, key } = credentials;
  const credentialHeaders = credentials.headers as OutgoingHttpHeaders | undefined;
  const agent = new Agent({ ca, cert, key, keepAlive: true });
  const base = { agent, headers: { ...credentialHeaders } };
  return {
    send: async <Body>(method: ApiMethod, path: string, body?: unknown): Promise<ApiAnswer<Body>> => {
      const [verb, contentType] = methods[method];
      const options = { ...base, method: verb, headers: { ...base.headers, "content-type": contentType } };
      try {
        const signal = AbortSignal.timeout(10_000);
        const sent = body === undefined ? undefined : JSON.stringify(body);
        const response = await exchange(cluster.server + path, { ...options, signal }, sent);
        return { status: response.statusCode ?? 0, body: JSON.parse(await text(response)) as Body };
      } catch {
        return { status: 0, body: null as Body };
      }
    },
    watch: async function* <Kind>(path: string, signal: AbortSignal) {
      try {
        const response = await exchange(cluster.server + path, { ...base, signal });
        for await (const line of linesOf(response)) yield JSON.parse(line) as ApiEvent<Kind>;
      } catch (error) {
        // Lost or aborted: the caller lists anew, or ends. Anything else is a mistake of this file.
        if (!(error instanceof Error && "code" in error)) throw error;
      }
    },
    close: () => {
      agent.destroy();
    },
  };
}
