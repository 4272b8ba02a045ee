import { createHash } from "node:crypto";
import type { RequestOptions } from "node:https";
// Not the package's entry: that loads every client it has, 0.2 s that each start would pay.
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { Agent, ProxyAgent, type Dispatcher } from "undici";
import { PermanentError } from "../errors.ts";

/** How to reach the API server now. */
export interface Connection {
  readonly origin: string;
  /** What the server's address has before its paths; usually "". */
  readonly basePath: string;
  readonly dispatcher: Dispatcher;
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Credentials that may change while the process runs: rotated tokens and certificates, exec plugins. */
export interface Credentials {
  /** Of the current context; "default" when it names none. */
  readonly defaultNamespace: string;
  /** Cheap enough for every request; client-node reads a token's file once a minute. */
  connection(): Promise<Connection>;
  /** Reads everything anew, after the server has refused what we have; at most once in ten seconds. */
  renew(): void;
}

const renewalPauseMs = 10_000;

/** From `kubeconfig`, else $KUBECONFIG, ~/.kube/config, or the pod's service account; of `context`, else the current one. */
export function createCredentials(kubeconfig: string | undefined, context?: string): Credentials {
  let config = loadKubeConfig(kubeconfig, context);
  let agent: { readonly dispatcher: Dispatcher; readonly fingerprint: string } | null = null;
  let current: Promise<Connection> | null = null;
  let renewedAt = -Infinity;

  const read = async (): Promise<Connection> => {
    const server = serverOf(config);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const fingerprint = fingerprintOf(options);
    if (agent?.fingerprint !== fingerprint) {
      const former = agent?.dispatcher;
      // Requests under way and watches go on over it until they end; later, for one may be about to begin.
      setImmediate(() => void former?.close());
      agent = { dispatcher: createDispatcher(options, config.getCurrentCluster()?.proxyUrl), fingerprint };
    }
    return {
      origin: server.origin,
      basePath: server.pathname.replace(/\/$/, ""),
      dispatcher: agent.dispatcher,
      headers: textHeaders(options.headers),
    };
  };

  return {
    defaultNamespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    connection() {
      // Shared, so that many requests at once start an exec plugin once.
      current ??= read().finally(() => (current = null));
      return current;
    },
    renew() {
      if (performance.now() - renewedAt < renewalPauseMs) return;
      renewedAt = performance.now();
      try {
        config = loadKubeConfig(kubeconfig, context);
      } catch {
        // What we had stays; the server's refusal, which the caller gets, says enough.
      }
    },
  };
}

function loadKubeConfig(file: string | undefined, context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  if (context === undefined) return config;
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new PermanentError("no-context", `no context ${context}; there are ${known.join(", ") || "none"}`);
  }
  config.setCurrentContext(context);
  return config;
}

// Where there is no configuration at all, client-node makes one up that cannot work.
function serverOf(config: KubeConfig): URL {
  const cluster = config.getCurrentCluster();
  if (cluster === null || cluster.server === "http://localhost:8080") {
    throw new PermanentError(
      "no-kubeconfig",
      "no API server: set KUBECONFIG, or run in a pod of the cluster",
    );
  }
  return new URL(cluster.server);
}

function createDispatcher(tls: RequestOptions, proxyUrl: string | undefined): Dispatcher {
  const connect = {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(tls.servername !== undefined && { servername: tls.servername }),
    ...(tls.rejectUnauthorized !== undefined && { rejectUnauthorized: tls.rejectUnauthorized }),
  };
  if (proxyUrl !== undefined) return new ProxyAgent({ uri: proxyUrl, requestTls: connect });
  return new Agent({
    // A watch would share its connection with everything else, and a dead one take all down at once.
    allowH2: false,
    connect: { ...connect, timeout: 5_000, keepAlive: true, keepAliveInitialDelay: 30_000 },
    keepAliveTimeout: 30_000,
  });
}

function fingerprintOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): string {
  const parts = JSON.stringify([ca, cert, key, servername, rejectUnauthorized]);
  return createHash("sha256").update(parts).digest("base64");
}

function textHeaders(headers: RequestOptions["headers"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name.toLowerCase(), value.trim()]] : [],
    ),
  );
}
