import express, { type Express, type RequestHandler } from "express";
import type { AdminContext } from "./context.ts";
import { refuseOtherSites } from "./access/other-sites.ts";
import { sessionRouter, type SessionParts } from "./access/session-routes.ts";
import { isStillIn } from "./access/sessions.ts";
import { dashboardPages } from "./dashboard/dashboard-pages.ts";
import { loadAssets } from "./dashboard/assets.ts";
import { streamRoute } from "./metrics.ts";
import { EventHub } from "./events/event-hub.ts";
import { eventStream } from "./events/event-stream.ts";
import { apiPages } from "./http/api-pages.ts";
import { describeRoutes } from "./http/openapi.ts";
import { logRequests } from "./http/log-requests.ts";
import { mountRoutes, type Authenticate } from "./http/mount-routes.ts";
import { answerProblems } from "./http/problem-answer.ts";
import { notFound } from "./http/problem.ts";
import { limitRate, type RateLimits } from "./http/rate-limits.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { describedRoutes } from "./route-table.ts";
import { routes } from "./routes.ts";
import { tmfRouter } from "./tmf678/mount.ts";
import { tmfBase } from "./tmf678/resource.ts";
import { tmfHead, tmfResources, tmfRoutes } from "./tmf678/resources.ts";

/** What the app is made of besides its routes. */
export interface AppParts {
  readonly context: AdminContext;
  readonly authenticate: Authenticate;
  /** Sign-in and sign-out, mounted at `/session`. */
  readonly sessions: SessionParts;
  readonly rates: RateLimits;
  /** Measures requests. */
  readonly measure: RequestHandler;
  /** Proxies in front that add `X-Forwarded-For`; 0 = none. */
  readonly trustedProxies: number;
  /** Between two heartbeats of a stream of events. [15 s] */
  readonly heartbeatMs?: number;
}

/** Longest JSON body, bytes: a template's parts are the longest there are. */
const bodyBytes = 512_000;

/** The whole web server: API below `/api/v1`, its description, sign-in, dashboard. What is mounted here stands in `everyRoute`. */
export function createApp(parts: AppParts): Express {
  const { context, authenticate, sessions, rates, measure, trustedProxies, heartbeatMs = 15_000 } = parts;
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", "strong");
  app.set("trust proxy", trustedProxies);
  app.use(
    measure,
    logRequests(context.logger),
    securityHeaders(),
    limitRate(rates.requestsPerMinute),
    refuseOtherSites,
  );
  app.use(express.json({ limit: bodyBytes, strict: true }));
  const limitSignIns = limitRate(rates.signInsPerMinute);
  app.use("/session", sessionRouter({ ...sessions, authenticate, limitSignIns }));
  app.use("/api", apiPages(describeRoutes(describedRoutes)));
  const hub = new EventHub(context);
  const stillIn = isStillIn.bind(null, context.pool);
  app.get(streamRoute, eventStream({ hub, authenticate, isStillIn: stillIn, heartbeatMs }));
  app.use("/api/v1", mountRoutes(routes, context, authenticate));
  app.get(`${tmfBase}/openapi.json`, (_request, response) => {
    response.json(describeRoutes(tmfRoutes, tmfHead));
  });
  app.use(tmfBase, tmfRouter(tmfResources, context, authenticate));
  app.use(dashboardPages(loadAssets()));
  app.use(nothingThere, answerProblems(context.logger));
  return app;
}

const nothingThere: RequestHandler = function nothingThere() {
  // A path can name people.
  throw notFound("such page");
};
