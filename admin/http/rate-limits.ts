import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { HttpProblem } from "./problem.ts";

/** How many requests a minute one address may send. */
export interface RateLimits {
  readonly requestsPerMinute: number;
  /** Attempts to sign in; each is a request, too. */
  readonly signInsPerMinute: number;
}

/** A limit of one process: a second replica has its own count. Beyond it the answer is 429, with the seconds that are left in `Retry-After`. */
export function limitRate(perMinute: number): RequestHandler {
  const limited = rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: () => {
      throw new HttpProblem(429, "too-many-requests", "slow down");
    },
  });
  return function limitRate(request, response, next) {
    void limited(request, response, next);
  };
}
