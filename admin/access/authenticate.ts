import type { Request } from "express";
import type { Pool } from "../../platform/postgres.ts";
import type { Authenticate } from "../http/mount-routes.ts";
import { HttpProblem } from "../http/problem.ts";
import type { Actor } from "./actor.ts";
import { sessionActor } from "./sessions.ts";

/** Reads a bearer token; null when it is not of its kind. A token of its kind that does not hold is a 401 problem. */
export type ReadBearer = (token: string) => Promise<Actor | null>;

/** Of the 401 problem of a request that brings neither a token nor a session. */
export const notSignedIn = "not-signed-in";

/** Who sent a request: by bearer token, or by the session cookie; nobody is a 401 problem. */
export function authenticateBy(pool: Pool, readers: readonly ReadBearer[]): Authenticate {
  return async (request) => {
    const actor = (await bearerActor(request, readers)) ?? (await sessionActor(pool, request));
    if (actor === null) throw new HttpProblem(401, notSignedIn, "sign in, or send a bearer token");
    return actor;
  };
}

/** The bearer token that a request brings; undefined without one. */
export function bearerToken(request: Request): string | undefined {
  return /^Bearer (\S{1,8192})$/i.exec(request.get("authorization") ?? "")?.[1];
}

async function bearerActor(request: Request, readers: readonly ReadBearer[]): Promise<Actor | null> {
  const token = bearerToken(request);
  if (token === undefined) return null;
  for (const read of readers) {
    const actor = await read(token);
    if (actor !== null) return actor;
  }
  throw new HttpProblem(401, "bad-token", "this token is not known here");
}
