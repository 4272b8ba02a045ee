import type { RequestHandler } from "express";
import { HttpProblem } from "../http/problem.ts";

/**
 * Refuses a changing call that another site made a browser send: also a sign-in, and also with a token, for a proxy that signs people in adds
 * one to whatever a browser sends. Browsers say by `Sec-Fetch-Site` where a call comes from; programs say nothing, and have no cookies.
 */
export const refuseOtherSites: RequestHandler = function refuseOtherSites(request, _response, next) {
  const site = request.get("sec-fetch-site");
  if (["GET", "HEAD"].includes(request.method) || site === undefined || site === "same-origin") next();
  else throw new HttpProblem(403, "csrf", "a changing call must come from our own pages");
};
