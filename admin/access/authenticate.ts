import type { Request } from "express";
import type { Pool } from "../../platform/postgres.ts";
import type { Authenticate } from "../http/mount-routes.ts";
import { HttpProblem } from "../http/problem.ts";
import type { Actor } from "./actor.ts";
import { sessionActor } from "./sessions.ts";

/** Reads a bearer token; null when it is not of its kind. A token of its kind that does not hold is a 401 problem. */
export type ReadBearer = (token: string) => Promise<Actor | null>;

/** Who sent a request: by bearer token, or by the session cookie; nobody is a 401 problem. */
export function authenticateBy(pool: Pool, readers: readonly ReadBearer[]): Authenticate {
  return async (request) => {
    refuseOtherSites(request);
    const actor = (await bearerActor(request, readers)) ?? (await sessionActor(pool, request));
    if (actor === null) throw new HttpProblem(401, "not-signed-in", "sign in, or send a bearer token");
    return actor;
  };
}

/** A proxy that signs people in may add a token to whatever a browser sends: what another site made it send is refused here. */
function refuseOtherSites(request: Request): void {
  const site = request.get("sec-fetch-site");
  if (["GET", "HEAD"].includes(request.method) || site === undefined || site === "same-origin") return;
  throw new HttpProblem(403, "csrf", "a changing call must come from our own pages");
}

async function bearerActor(request: Request, readers: readonly ReadBearer[]): Promise<Actor | null> {
  const token = /^Bearer (\S{1,8192})$/i.exec(request.get("authorization") ?? "")?.[1];
  if (token === undefined) return null;
  for (const read of readers) {
    const actor = await read(token);
    if (actor !== null) return actor;
  }
  throw new HttpProblem(401, "bad-token", "this token is not known here");
}
