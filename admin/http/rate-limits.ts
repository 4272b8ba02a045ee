import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { HttpProblem } from "./problem.ts";

/** How many requests a minute one address may send. */
export interface RateLimits {
  readonly requestsPerMinute: number;
  /** Attempts to sign in. */
  readonly signInsPerMinute: number;
}

const perMinute = (limit: number): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: () => {
      throw new HttpProblem(429, "too-many-requests", "slow down", { retryAfterS: 60 });
    },
  });

/** Limits of one process: a second replica has its own count. */
export function limitRates({ requestsPerMinute, signInsPerMinute }: RateLimits): RequestHandler {
  const all = perMinute(requestsPerMinute);
  const signIns = perMinute(signInsPerMinute);
  return (request, response, next) => {
    const signsIn = request.method === "POST" && request.path === "/session";
    void (signsIn ? signIns : all)(request, response, next);
  };
}
