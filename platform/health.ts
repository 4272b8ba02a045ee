import { createServer } from "node:http";
import type { Registry } from "prom-client";

/** What the health endpoints answer from. */
export interface HealthSource {
  /** 0 = no endpoints. */
  readonly port: number;
  readonly registry: Registry;
  /** False while the process cannot take work, e.g. before it is connected. */
  readonly isReady: () => boolean;
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
        void source.registry.metrics().then((text) => {
          response.writeHead(200, { "content-type": source.registry.contentType }).end(text);
        });
        return;
      default:
        response.writeHead(404).end();
    }
  });
  server.listen(source.port);
  server.unref();
  return () => {
    server.close();
  };
}
