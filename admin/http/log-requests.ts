import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "../../platform/logger.ts";

/** Gives each request an id and a line in the log when it ends: the route's form, never its parameters, which can name people. */
export function logRequests(logger: Logger): RequestHandler {
  return function logRequests(request, response, next) {
    const startedMs = performance.now();
    const requestId = randomUUID();
    response.locals["requestId"] = requestId;
    response.set("X-Request-Id", requestId);
    response.on("finish", () => {
      const durationMs = Math.round(performance.now() - startedMs);
      const route = (request.route as { path?: unknown } | undefined)?.path;
      const { method } = request;
      logger.debug({ requestId, method, route, status: response.statusCode, durationMs }, "answered");
    });
    next();
  };
}
