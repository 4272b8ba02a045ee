import { createServer, request as requestOnward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { seededRandom } from "./random.ts";

/** How a provider behaves. */
export type ProviderMode =
  | "sound"
  /** So many of a hundred requests are answered with 503, and not accepted. */
  | "fail-1"
  | "fail-30"
  | "fail-100"
  /** Takes requests, does nothing, and never answers. */
  | "hang"
  /** 429 with Retry-After. */
  | "throttle"
  /** Accepts, and the connection ends in the middle of the answer. */
  | "lose-answer"
  /** Accepts, and never answers. */
  | "accept-then-hang";

/** Stands between the consumers and the provider. */
export interface ProviderProxy {
  readonly url: string;
  readonly behave: (mode: ProviderMode) => void;
  readonly close: () => Promise<void>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

const failures: Readonly<Partial<Record<ProviderMode, number>>> = {
  "fail-1": 0.01,
  "fail-30": 0.3,
  "fail-100": 1,
};

/** Starts a proxy before the provider that listens on `port` of this machine. */
export async function startProviderProxy(port: number, seed: number): Promise<ProviderProxy> {
  const random = seededRandom(seed);
  let mode: ProviderMode = "sound";
  const listener = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const exchange = { request, response, body: Buffer.concat(chunks) };
      const fails = random.fraction() < (failures[mode] ?? 0);
      if (fails) answer(response, 503, { error: "try again later" });
      else behave(mode, port, exchange);
    });
  });
  listener.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    behave: (next) => {
      mode = next;
    },
    async close() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function behave(mode: ProviderMode, port: number, exchange: Exchange): void {
  switch (mode) {
    case "hang":
      return;
    case "throttle":
      answer(exchange.response, 429, { error: "slower" }, { "retry-after": "1" });
      return;
    case "accept-then-hang":
      pass(port, exchange, () => undefined);
      return;
    case "lose-answer":
      pass(port, exchange, (status, body) => {
        const { response } = exchange;
        response.writeHead(status, { "content-length": body.length });
        response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
      });
      return;
    default:
      pass(port, exchange, (status, body) => {
        exchange.response.writeHead(status, { "content-type": "application/json" }).end(body);
      });
  }
}

function pass(
  port: number,
  { request, response, body }: Exchange,
  end: (status: number, answer: Buffer) => void,
): void {
  const { method, url: path, headers } = request;
  const onward = requestOnward({ host: "127.0.0.1", port, method, path, headers }, (incoming) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("error", () => response.destroy());
    incoming.on("end", () => {
      end(incoming.statusCode ?? 502, Buffer.concat(chunks));
    });
  });
  onward.on("error", () => response.destroy());
  onward.end(body);
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
