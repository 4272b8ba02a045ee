import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { request as requestTls, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

/** What can happen to a request on its way. */
export type Fault =
  /** The server (or something before it) refuses; nothing is executed. */
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly reason: string;
      readonly retryAfterSeconds?: number;
    }
  /** The connection ends without an answer; nothing is executed. */
  | { readonly kind: "cut" }
  /** The request is executed, and its answer lost. */
  | { readonly kind: "lose-answer" }
  /** Taken, and never answered. */
  | { readonly kind: "hang" }
  /** A watch begins and stays silent. */
  | { readonly kind: "silent" }
  /** A watch begins and says at once that the version is too old. */
  | { readonly kind: "expired-event" }
  /** The answer ends after so many bytes, whatever it was about to say. */
  | { readonly kind: "cut-after"; readonly bytes: number };

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly isWatch: boolean;
}

/** A man in the middle between a client and a real API server, who passes requests on or does something bad. */
export interface FaultProxy {
  /** For the client; the proxy has the credentials. */
  readonly kubeconfig: string;
  /** Asked for every request; null = pass it on. */
  onRequest: (request: ProxiedRequest) => Fault | null;
  /** How long the server is told to keep watches open, instead of what the client says. */
  watchSeconds: number | null;
  /** How many watches are open. */
  readonly openWatches: number;
  /** Ends the watches: with half of what they say next, or at once. */
  cutWatches(where: "in-next-line" | "now"): void;
  /** From now on nothing that the server says on an open watch is passed on, nor is its end. */
  silenceWatches(): void;
  close(): Promise<void>;
}

interface OpenWatch {
  readonly response: ServerResponse;
  mode: "pass" | "cut-in-next-line" | "silent";
}

/** Starts a proxy before the API server of `kubeconfig`. */
export async function startFaultProxy(kubeconfig: string): Promise<FaultProxy> {
  const upstream = await upstreamOf(kubeconfig);
  const watches = new Set<OpenWatch>();
  const folder = mkdtempSync(join(tmpdir(), "fault-proxy-"));
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const isWatch = path.includes("watch=true");
    const fault = proxy.onRequest({ method: request.method ?? "GET", path, isWatch });
    if (fault !== null && misbehave(fault, request, response)) return;
    if (proxy.watchSeconds !== null) {
      request.url = path.replace(/timeoutSeconds=\d+/, `timeoutSeconds=${proxy.watchSeconds}`);
    }
    pass({ upstream, request, response, fault, watches: isWatch ? watches : null });
  });
  // A pause of the whole test process must not look like clients that are too slow.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: FaultProxy = {
    kubeconfig: writeKubeconfig(folder, address),
    onRequest: () => null,
    watchSeconds: null,
    get openWatches() {
      return watches.size;
    },
    cutWatches(where) {
      for (const watch of watches) {
        if (where === "now") watch.response.destroy();
        else watch.mode = "cut-in-next-line";
      }
    },
    silenceWatches() {
      for (const watch of watches) watch.mode = "silent";
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return proxy;
}

/** True when the request goes no further. */
function misbehave(fault: Fault, request: IncomingMessage, response: ServerResponse): boolean {
  request.resume();
  switch (fault.kind) {
    case "refuse": {
      const { status, reason, retryAfterSeconds } = fault;
      const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(
        JSON.stringify({ kind: "Status", code: status, reason, message: `${reason}, says the proxy` }),
      );
      return true;
    }
    case "cut":
      response.destroy();
      return true;
    case "hang":
      return true;
    case "silent":
      response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
      return true;
    case "expired-event": {
      const object = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
      return true;
    }
    case "lose-answer":
    case "cut-after":
      return false;
  }
}

interface Passage {
  readonly upstream: RequestOptions;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: Fault | null;
  /** Where to enter it; null for what is no watch. */
  readonly watches: Set<OpenWatch> | null;
}

function pass({ upstream, request, response, fault, watches }: Passage): void {
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const options = { ...upstream, method: request.method, path: request.url, headers, agent: false };
  const onward = requestTls(options, (answer) => {
    if (fault?.kind === "lose-answer") {
      answer.resume().on("end", () => response.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
    const watch: OpenWatch = { response, mode: "pass" };
    watches?.add(watch);
    let bytesLeft = fault?.kind === "cut-after" ? fault.bytes : Infinity;
    answer.on("data", (chunk: Buffer) => {
      const bytes = watch.mode === "cut-in-next-line" ? Math.floor(chunk.length / 2) : bytesLeft;
      if (watch.mode === "silent") return;
      bytesLeft -= chunk.length;
      if (bytes >= chunk.length) response.write(chunk);
      else if (bytes <= 0) response.destroy();
      // Only when they are on their way: destroying the response would take them back.
      else response.write(chunk.subarray(0, bytes), () => response.destroy());
    });
    answer.on("end", () => watch.mode !== "silent" && response.end());
    answer.on("error", () => watch.mode !== "silent" && response.destroy());
    response.on("close", () => {
      watches?.delete(watch);
      onward.destroy();
    });
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}

async function upstreamOf(kubeconfig: string): Promise<RequestOptions> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { hostname, port } = new URL(config.getCurrentCluster()?.server ?? "");
  return { ...options, hostname, port };
}

// Plain HTTP, which client-node accepts only together with this odd permission.
function writeKubeconfig(folder: string, server: string): string {
  const path = join(folder, "kubeconfig");
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "proxy", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "nobody", user: {} }],
    contexts: [{ name: "proxy", context: { cluster: "proxy", user: "nobody" } }],
    "current-context": "proxy",
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
}
