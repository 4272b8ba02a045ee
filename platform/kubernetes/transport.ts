import type { Dispatcher } from "undici";
import { errorOfAnswer, errorOfSilence, type KubernetesError } from "./kubernetes-error.ts";
import type { Connection, Credentials } from "./credentials.ts";

/** One request. `verb` is Kubernetes' word for it (get, list, watch, create, update, patch, delete). */
export interface ApiRequest {
  readonly verb: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** What metrics call it: the plural, with the subresource. */
  readonly resource: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Told of every exchange when its answer has begun; status 0 = there was none. */
export type OnRequest = (verb: string, resource: string, status: number, seconds: number) => void;

/** What carries requests to the API server. */
export interface Transport {
  /** The JSON of a successful answer. */
  exchange(request: ApiRequest): Promise<unknown>;
  /** The bytes of a successful answer, for as long as they come. */
  stream(request: ApiRequest): Promise<AsyncIterable<Uint8Array>>;
}

export interface TransportOptions {
  readonly credentials: Credentials;
  readonly userAgent: string;
  /** For the whole exchange; of a stream, until its first byte can come. */
  readonly timeoutMs: number;
  readonly onRequest: OnRequest;
}

/** Errors after which the server has certainly not read the request. */
const unsentReasons: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const attempts = 3;
/** Beyond this a caller with a queue does better to come back later than to wait here. */
const longestWaitMs = 5_000;

/**
 * HTTP to the API server. An exchange is repeated where that cannot do anything twice: reads after a lost
 * connection, anything that was not sent or was refused as too much (429), and once with new credentials (401).
 */
export function createTransport(options: TransportOptions): Transport {
  const withRetries = async <Result>(
    request: ApiRequest,
    once: (request: ApiRequest) => Promise<Result>,
  ): Promise<Result> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(request);
      } catch (error) {
        const failure = errorOfSilence(`${request.method} ${request.path}`, error);
        const waitMs = attempt < attempts ? retryDelayMs(failure, request, attempt) : null;
        if (waitMs === null || waitMs > longestWaitMs) throw failure;
        if (failure.status === 401) options.credentials.renew();
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  };
  return {
    exchange: (request) => withRetries(request, async (again) => exchangeOnce(options, again)),
    stream: (request) => withRetries(request, async (again) => streamOnce(options, again)),
  };
}

/** Null = do not repeat. */
function retryDelayMs(error: KubernetesError, request: ApiRequest, attempt: number): number | null {
  if (request.signal?.aborted === true) return null;
  const isRead = request.method === "GET";
  if (error.status === 401) return attempt === 1 ? 0 : null;
  if (error.status === 429) return error.retryAfterMs ?? 1_000 * attempt;
  if (error.status >= 500) return isRead ? error.retryAfterMs : null;
  if (error.status !== 0) return null;
  if (error.reason === "Timeout") return null; // the caller has waited long enough
  return isRead || unsentReasons.has(error.reason) ? 50 * attempt : null;
}

async function exchangeOnce(options: TransportOptions, request: ApiRequest): Promise<unknown> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const { statusCode, headers, body } = await send(options, request, deadline);
  const text = await body.text();
  if (statusCode >= 300) throw errorOfAnswer(statusCode, text, retryAfterOf(headers));
  return JSON.parse(text);
}

async function streamOnce(
  options: TransportOptions,
  request: ApiRequest,
): Promise<AsyncIterable<Uint8Array>> {
  // The deadline is for the beginning only: a controller of our own, because AbortSignal.timeout cannot be stopped.
  const begun = new AbortController();
  const timer = setTimeout(
    () => begun.abort(new DOMException("no answer", "TimeoutError")),
    options.timeoutMs,
  );
  try {
    const signal = AbortSignal.any([begun.signal, ...(request.signal ? [request.signal] : [])]);
    const { statusCode, headers, body } = await send(options, request, signal);
    if (statusCode >= 300) throw errorOfAnswer(statusCode, await body.text(), retryAfterOf(headers));
    return body;
  } finally {
    clearTimeout(timer);
  }
}

async function send(
  { credentials, onRequest, userAgent }: TransportOptions,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { verb, resource, body, contentType = "application/json" } = request;
  const startedAt = performance.now();
  let status = 0;
  try {
    const connection = await reachable(credentials, signal);
    const response = await connection.dispatcher.request({
      origin: connection.origin,
      path: connection.basePath + request.path,
      method: request.method,
      headers: {
        ...connection.headers,
        accept: "application/json",
        "user-agent": userAgent,
        ...(body !== undefined && { "content-type": contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // Both are ours to judge, by the signal: a watch is silent for as long as nothing changes.
      headersTimeout: 0,
      bodyTimeout: 0,
      signal,
    });
    status = response.statusCode;
    return response;
  } finally {
    onRequest(verb, resource, status, (performance.now() - startedAt) / 1000);
  }
}

// An exec plugin that hangs must not hang the request for ever.
async function reachable(credentials: Credentials, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    credentials.connection().then(resolve, reject);
  });
}

function retryAfterOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const value = headers["retry-after"];
  return typeof value === "string" ? value : undefined;
}
