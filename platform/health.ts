import { createServer, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";

/** What the health endpoints answer from. */
export interface HealthSource {
  /** 0 = no endpoints. */
  readonly port: number;
  readonly registry: Registry;
  /** False while the process cannot take work, e.g. before it is connected. */
  readonly isReady: () => boolean;
  /** The port cannot be had. [the process ends] */
  readonly onError?: (error: Error) => void;
}

/** Serves `/healthz`, `/readyz` and `/metrics`; returns what closes it. */
export function serveHealth(source: HealthSource): () => void {
  if (source.port === 0) return () => undefined;
  const server = createServer((request, response) => {
    switch (request.url) {
      case "/healthz":
        response.end("ok\n");
        return;
      case "/readyz":
        response.writeHead(source.isReady() ? 200 : 503).end();
        return;
      case "/metrics":
        void writeMetrics(source.registry, response);
        return;
      default:
        response.writeHead(404).end();
    }
  });
  if (source.onError !== undefined) server.on("error", source.onError);
  server.listen(source.port);
  server.unref();
  return () => {
    server.close();
  };
}

/** A metric that cannot be read is the scraper's loss, never the process's end. */
async function writeMetrics(registry: Registry, response: ServerResponse): Promise<void> {
  try {
    const text = await registry.metrics();
    response.writeHead(200, { "content-type": registry.contentType }).end(text);
  } catch {
    response.writeHead(500).end();
  }
}
