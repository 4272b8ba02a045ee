import type { RequestHandler } from "express";
import type { MetricSet } from "../platform/metrics/metric-set.ts";
import { addPoolsMetrics } from "../platform/metrics/pool-metrics.ts";
import type { AdminContext } from "./context.ts";

/** The metrics of admin; returns what measures requests. */
export function addAdminMetrics(
  metrics: MetricSet,
  { pool, commandPool }: Pick<AdminContext, "pool" | "commandPool">,
): RequestHandler {
  addPoolsMetrics(metrics, { reads: pool, commands: commandPool });
  return measureRequests(metrics);
}

/** Measures each request to the end of its answer, by the form of its route: what stands in an address can name people. */
function measureRequests(metrics: MetricSet): RequestHandler {
  const seconds = metrics.histogram(
    "admin_request_seconds",
    "From a request to the end of its answer",
    ...(["method", "route", "status"] as const),
  );
  return function measureRequest(request, response, next) {
    const startedMs = performance.now();
    response.on("close", () => {
      const { route = "other" } = response.locals as { route?: string };
      // A stream lasts as long as somebody looks; a file that broke off says 200 and is none.
      if (route === streamRoute) return;
      const status = response.writableFinished ? `${Math.floor(response.statusCode / 100)}xx` : "broken";
      seconds.observe({ method: request.method, route, status }, (performance.now() - startedMs) / 1_000);
    });
    next();
  };
}

/** The route of events, which is no request that ends. */
export const streamRoute = "/api/v1/events";
