import { Pool } from "undici";

/** An answer, or how the exchange failed: `unsent` nothing can have reached the server, `unknown` it may have. */
export type HttpOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly body: string;
    }
  | { readonly kind: "unsent" | "unknown"; readonly code: string };

/** A request of one server. */
export interface HttpRequest {
  readonly method: "POST" | "PUT" | "PATCH";
  /** Absolute on the server. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends requests to one server over kept-alive connections. */
export interface HttpClient {
  /** Never rejects. */
  exchange(request: HttpRequest): Promise<HttpOutcome>;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** To the head of the answer, and once more for all of its body. */
  readonly timeoutMs: number;
  readonly connections: number;
}

/** Errors after which the server has certainly not read the request. */
const unsentCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** No gateway says more about one message; what a broken one sends must not fill the memory of thousands in flight. */
const maxAnswerLength = 65_536;

/** The server has answered, but not in a way that can be waited for. */
class AnswerError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** undici looks for a free connection by going through all of a pool: with 4,000 in one, 20 µs a request. */
const connectionsPerPool = 256;

/** Some of the connections, and the requests on them. */
interface Shard {
  readonly pool: Pool;
  open: number;
}

/** Pools of connections; one request at a time on each, so that a slow answer holds up no other. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const shards = Array.from({ length: Math.ceil(options.connections / connectionsPerPool) }, (): Shard => ({
    pool: createPool(options),
    open: 0,
  }));
  return {
    async exchange(request) {
      const shard = leastBusy(shards);
      shard.open++;
      const outcome = await exchange(shard.pool, request, options.timeoutMs);
      shard.open--;
      return outcome;
    },
    close: async () => {
      await Promise.all(shards.map(({ pool }) => pool.close()));
    },
  };
}

function createPool({ origin, timeoutMs, connections }: HttpClientOptions): Pool {
  return new Pool(origin, {
    connections: Math.min(connections, connectionsPerPool),
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: Math.min(timeoutMs, 5_000),
    keepAliveTimeout: 30_000,
  });
}

function leastBusy(shards: readonly Shard[]): Shard {
  return shards.reduce((best, shard) => (shard.open < best.open ? shard : best));
}

// `dispatch` with a handler of our own: `request` builds a stream an answer, which costs more than the exchange.
function exchange(pool: Pool, request: HttpRequest, timeoutMs: number): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    const begunMs = performance.now();
    let status = 0;
    let retryAfter: string | undefined;
    let text = "";
    pool.dispatch(
      { ...request },
      {
        onRequestStart() {
          // Required by the interface; nothing can be aborted here.
        },
        onResponseStart(_controller, statusCode, answerHeaders) {
          status = statusCode;
          const value = answerHeaders["retry-after"];
          retryAfter = typeof value === "string" ? value : undefined;
        },
        onResponseData(controller, chunk) {
          text += chunk.toString("utf8");
          // The client's own limit is on the time between two pieces: a server that drips never meets it.
          if (performance.now() - begunMs > 2 * timeoutMs)
            controller.abort(new AnswerError("ANSWER_TOO_SLOW"));
          else if (text.length > maxAnswerLength) controller.abort(new AnswerError("ANSWER_TOO_LONG"));
        },
        onResponseEnd() {
          resolve({ kind: "answered", status, retryAfter, body: text });
        },
        onResponseError(_controller, error) {
          const code = "code" in error ? String(error.code) : error.name;
          resolve({ kind: unsentCodes.has(code) ? "unsent" : "unknown", code });
        },
      },
    );
  });
}
